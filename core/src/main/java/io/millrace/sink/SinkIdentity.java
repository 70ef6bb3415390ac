package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * Whose directory it is: a {@link ChecksummedObject} of the name {@value #NAME}, with the magic
 * "MRFI" and, as body, checkpoint id and output id, each as 2 bytes of length and UTF-8. It is put,
 * if absent, before anything else, so of two checkpoints that begin at the same time one is
 * refused.
 */
record SinkIdentity(String checkpointId, String outputId) {

  static final String NAME = "identity";

  private static final int MAGIC = 0x4D524649;

  /** Makes the directory this identity's, unless it is another's. */
  void claim(CheckpointStorage storage) throws IOException, ForeignLedgerException {
    byte[] bytes = encode();
    // Looked for first, for a store that can't be written names a better reason later.
    if (!isThere(storage)) {
      if (!storage.list(Manifest.DIRECTORY).isEmpty()) {
        throw new CorruptionException(
            String.format(
                Locale.ROOT,
                "%s has a manifest but no object \"%s\" that says whose it is: restore the"
                    + " directory from a backup",
                storage.location(),
                NAME));
      }
      if (storage.putIfAbsent(NAME, ByteBuffer.wrap(bytes))) {
        return;
      }
    }
    SinkIdentity found = read(storage);
    if (!found.equals(this)) {
      throw new ForeignLedgerException(
          String.format(
              Locale.ROOT,
              "%s belongs to output %s of checkpoint %s, but this is output %s of checkpoint %s,"
                  + " which may write again what is there. Start the program on the old checkpoint,"
                  + " or give the sink a directory of its own, or delete this one",
              storage.location(),
              found.outputId,
              found.checkpointId,
              outputId,
              checkpointId));
    }
  }

  private static boolean isThere(CheckpointStorage storage) throws IOException {
    return storage.list("").stream().anyMatch(object -> object.name().equals(NAME));
  }

  private byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(checkpointId);
      out.writeUTF(outputId);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer can't fail", e);
    }
    return ChecksummedObject.encode(MAGIC, bytes.toByteArray());
  }

  /**
   * @throws NoSuchFileException if there is none
   */
  static SinkIdentity read(CheckpointStorage storage) throws IOException {
    String what = NAME + " in " + storage.location();
    byte[] body = ChecksummedObject.decode(MAGIC, storage.read(NAME), what);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      return new SinkIdentity(in.readUTF(), in.readUTF());
    } catch (EOFException | UTFDataFormatException e) {
      throw (IOException) ChecksummedObject.damaged(what, "it ends early").initCause(e);
    }
  }
}
