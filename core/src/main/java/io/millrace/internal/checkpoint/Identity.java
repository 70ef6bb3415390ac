package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * The object that says which checkpoint this is, so that sinks can tell one from another.
 *
 * <pre>
 *  0  4  magic "MRCP"
 *  4  2  format version, 1
 *  6  2  0
 *  8 16  the checkpoint's id
 * 24  4  CRC32C of bytes 0 to 23
 * </pre>
 */
final class Identity {

  static final String NAME = "identity";
  private static final int MAGIC = 0x4D524350;
  private static final short VERSION = 1;
  private static final int BYTES = 28;
  private static final int CHECKSUM_OFFSET = 24;

  private Identity() {}

  static UUID readOrCreate(CheckpointStorage storage, Supplier<UUID> newId) throws IOException {
    // Looked for first: another driver that starts now writes it after the identity.
    Optional<String> other = anythingElse(storage);
    if (storage.list("").isEmpty()) {
      if (other.isPresent()) {
        throw missing(storage, other.get());
      }
      storage.putIfAbsent(NAME, ByteBuffer.wrap(encode(newId.get())));
    }
    return read(storage);
  }

  /** Whether there is nothing of a checkpoint. */
  static boolean isEmptyPlace(CheckpointStorage storage) throws IOException {
    return anythingElse(storage).isEmpty() && storage.list("").isEmpty();
  }

  private static Optional<String> anythingElse(CheckpointStorage storage) throws IOException {
    for (String directory : List.of(Checkpoint.LOG, Checkpoint.OBJECTS)) {
      if (!storage.list(directory).isEmpty()) {
        return Optional.of(directory + "/");
      }
    }
    return Optional.empty();
  }

  private static CorruptionException missing(CheckpointStorage storage, String other) {
    return new CorruptionException(
        String.format(
            Locale.ROOT,
            "%s is not a whole checkpoint: it has %s and no %s. Restore it from a backup, or start"
                + " with an empty directory, which begins from nothing",
            storage.location(),
            other,
            NAME));
  }

  /** The id of a checkpoint. */
  static UUID read(CheckpointStorage storage) throws IOException {
    byte[] bytes;
    try {
      bytes = storage.read(NAME);
    } catch (NoSuchFileException e) {
      List<CheckpointStorage.StoredObject> others = storage.list("");
      CorruptionException missing =
          missing(storage, others.isEmpty() ? "nothing" : others.get(0).name());
      missing.initCause(e);
      throw missing;
    }
    String what = NAME + " in " + storage.location();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES
        || buffer.getInt() != MAGIC
        || buffer.getInt(CHECKSUM_OFFSET) != checksum(bytes)) {
      throw new CorruptionException(what + " is damaged; restore the directory from a backup");
    }
    short version = buffer.getShort();
    if (version != VERSION) {
      throw new FormatVersionException(what, version, VERSION, VERSION);
    }
    buffer.getShort();
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  private static byte[] encode(UUID id) {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    buffer
        .putInt(MAGIC)
        .putShort(VERSION)
        .putShort((short) 0)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
    buffer.putInt(checksum(buffer.array()));
    return buffer.array();
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKSUM_OFFSET);
    return (int) crc.getValue();
  }
}
