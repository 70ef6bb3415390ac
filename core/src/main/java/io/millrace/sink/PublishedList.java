package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.LogName;
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
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Published batches that no slot of the manifest holds any more. Lists form a chain, from the
 * newest back to the first. Each is a {@link ChecksummedObject} with the magic "MRPL" and the body
 *
 * <pre>
 * 2  length of the name of the list before it, then that many bytes of UTF-8; 0 if there is none
 * 2  length of the name of the list that this one replaces, then as above
 * 4  number of batches, then each as {@link PublishedBatch} writes it, in order
 * 4  number of merged files, then the length of each name and that many bytes of UTF-8
 * 4  number of merged files that may go, then as above
 * </pre>
 *
 * <p>Version 1 has no merged files.
 *
 * @param previous name of the list before it, empty if there is none
 * @param replaced name of a list whose batches are in this one, too, and which can go; empty if
 *     there is none
 * @param batches those with files, in order
 * @param merged names of files that lists before this one have, and this one no more, for they were
 *     merged into others: readers may yet be at them
 * @param unneeded what was {@code merged} in the list before it; they can go
 */
record PublishedList(
    String previous,
    String replaced,
    List<PublishedBatch> batches,
    List<String> merged,
    List<String> unneeded) {

  static final String DIRECTORY = "published";

  private static final Pattern NAME =
      Pattern.compile(DIRECTORY + "/[0-9]{1,18}-[0-9]{1,18}(?:-([0-9a-f]{32}))?");
  private static final int MAGIC = 0x4D52504C;
  private static final int MIN_BATCH_BYTES = 20;

  PublishedList {
    batches = List.copyOf(batches);
    merged = List.copyOf(merged);
    unneeded = List.copyOf(unneeded);
  }

  /** Names say up to which batch the list goes, and whose it is. */
  static String name(long lastBatch, long epoch, UUID checkpoint) {
    return String.format(
        Locale.ROOT, "%s/%d-%d-%s", DIRECTORY, lastBatch, epoch, LogName.text(checkpoint));
  }

  /** Refuses what is neither empty nor the name of a list. */
  static void requireName(String name, String what) throws IOException {
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      throw ChecksummedObject.damaged(what, "it names a list that can't be");
    }
  }

  /** The last batch of a list by its name, 0 for the name of none. */
  static long lastBatch(String name) {
    return name.isEmpty()
        ? 0
        : Long.parseLong(name.substring(DIRECTORY.length() + 1, name.indexOf('-')));
  }

  /** Whether an object is a list of this output. */
  static boolean isOf(String name, SinkIdentity identity) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches() && identity.isOwn(matcher.group(1));
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
      writeNames(out, merged);
      writeNames(out, unneeded);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer can't fail", e);
    }
    return ChecksummedObject.encode(MAGIC, bytes.toByteArray());
  }

  static PublishedList read(CheckpointStorage storage, String name) throws IOException {
    String what = name + " in " + storage.location();
    ChecksummedObject.Decoded decoded = ChecksummedObject.decode(MAGIC, storage.read(name), what);
    int version = decoded.version();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(decoded.body()))) {
      String previous = in.readUTF();
      requireName(previous, what);
      String replaced = in.readUTF();
      requireName(replaced, what);
      int numBatches = in.readInt();
      if (numBatches < 0 || numBatches > in.available() / MIN_BATCH_BYTES) {
        throw ChecksummedObject.damaged(what, "it lists " + numBatches + " batches");
      }
      List<PublishedBatch> batches = new ArrayList<>(numBatches);
      for (int i = 0; i < numBatches; i++) {
        batches.add(PublishedBatch.read(in, version, what));
      }
      boolean isOlder = version == ChecksummedObject.OLDEST_VERSION;
      List<String> merged = isOlder ? List.of() : readNames(in, what);
      List<String> unneeded = isOlder ? List.of() : readNames(in, what);
      if (in.available() > 0) {
        throw ChecksummedObject.damaged(what, in.available() + " bytes are left over");
      }
      return new PublishedList(previous, replaced, batches, merged, unneeded);
    } catch (EOFException | UTFDataFormatException e) {
      throw (IOException) ChecksummedObject.damaged(what, "it ends early").initCause(e);
    }
  }

  private static void writeNames(DataOutputStream out, List<String> names) throws IOException {
    out.writeInt(names.size());
    for (String name : names) {
      out.writeUTF(name);
    }
  }

  private static List<String> readNames(DataInputStream in, String what) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > in.available() / Short.BYTES) {
      throw ChecksummedObject.damaged(what, "it lists " + size + " merged files");
    }
    List<String> names = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      String name = in.readUTF();
      PublishedBatch.requireName(name, what);
      names.add(name);
    }
    return names;
  }
}
