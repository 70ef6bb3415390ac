package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Published batches that no slot of the manifest holds any more. Lists form a chain, from the
 * newest back to the first. Each is a {@link ChecksummedObject} with the magic "MRPL" and the body
 *
 * <pre>
 * 2  length of the name of the list before it, then that many bytes of UTF-8; 0 if there is none
 * 2  length of the name of the list that this one replaces, then as above
 * 4  number of batches, then each as {@link PublishedBatch} writes it, in order
 * </pre>
 *
 * @param previous name of the list before it, empty if there is none
 * @param replaced name of a list whose batches are in this one, too, and which can go; empty if
 *     there is none
 * @param batches those with files, in order
 */
record PublishedList(String previous, String replaced, List<PublishedBatch> batches) {

  static final String DIRECTORY = "published";

  private static final Pattern NAME = Pattern.compile(DIRECTORY + "/[0-9]{1,18}-[0-9]{1,18}");
  private static final int MAGIC = 0x4D52504C;
  private static final int MIN_BATCH_BYTES = 20;

  PublishedList {
    batches = List.copyOf(batches);
  }

  /** Names say up to which batch the list goes, and whose it is. */
  static String name(long lastBatch, long epoch) {
    return DIRECTORY + "/" + lastBatch + "-" + epoch;
  }

  /** The last batch of a list by its name, 0 for the name of none. */
  static long lastBatch(String name) {
    return name.isEmpty()
        ? 0
        : Long.parseLong(name.substring(DIRECTORY.length() + 1, name.indexOf('-')));
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  int numFiles() {
    return batches.stream().mapToInt(batch -> batch.files().size()).sum();
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(previous);
      out.writeUTF(replaced);
      out.writeInt(batches.size());
      for (PublishedBatch batch : batches) {
        batch.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer can't fail", e);
    }
    return ChecksummedObject.encode(MAGIC, bytes.toByteArray());
  }

  static PublishedList read(CheckpointStorage storage, String name) throws IOException {
    String what = name + " in " + storage.location();
    byte[] body = ChecksummedObject.decode(MAGIC, storage.read(name), what);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      String previous = in.readUTF();
      String replaced = in.readUTF();
      int numBatches = in.readInt();
      if (numBatches < 0 || numBatches > in.available() / MIN_BATCH_BYTES) {
        throw ChecksummedObject.damaged(what, "it lists " + numBatches + " batches");
      }
      List<PublishedBatch> batches = new ArrayList<>(numBatches);
      for (int i = 0; i < numBatches; i++) {
        batches.add(PublishedBatch.read(in, what));
      }
      return new PublishedList(previous, replaced, batches);
    } catch (EOFException | UTFDataFormatException e) {
      throw (IOException) ChecksummedObject.damaged(what, "it ends early").initCause(e);
    }
  }
}
