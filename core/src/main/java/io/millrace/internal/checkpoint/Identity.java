package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.LogName;
import io.millrace.spi.checkpoint.SlotLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The object that says which checkpoint a place holds, so that sinks can tell one from another.
 *
 * <pre>
 *  0  4  magic "MRCP"
 *  4  2  format version, 2
 *  6  2  0
 *  8 16  the checkpoint's id
 * 24  4  CRC32C of bytes 0 to 23
 * </pre>
 *
 * <p>Version 1 has the same form. Its checkpoint began with slots and data files whose names do not
 * have the id, and with the identity before the log; from version 2 on the first slot comes first,
 * so that an identity without a log is one that has lost it.
 *
 * @param id of the checkpoint
 * @param isOlder whether it began in version 1
 */
record Identity(UUID id, boolean isOlder) {

  static final String NAME = "identity";
  private static final int MAGIC = 0x4D524350;
  private static final short VERSION = 2;
  private static final short OLDEST_VERSION = 1;
  private static final int BYTES = 28;
  private static final int CHECKSUM_OFFSET = 24;

  /** The checkpoint's log. */
  LogName log() {
    return new LogName(Checkpoint.LOG, id, isOlder);
  }

  /**
   * Looks for a checkpoint. Objects that are none of a checkpoint's do not count, nor does what a
   * start has left that was cut short before the identity was there.
   *
   * @return empty if there is none, so that one may begin there
   * @throws CorruptionException if there is one that has lost its identity
   */
  static Optional<Identity> find(CheckpointStorage storage) throws IOException {
    // Looked for first: another driver that starts now writes its identity after its log.
    Optional<String> other = remains(storage);
    boolean isThere = storage.list("").stream().anyMatch(object -> object.name().equals(NAME));
    if (isThere) {
      return Optional.of(read(storage));
    }
    if (other.isPresent()) {
      throw missing(storage, other.get());
    }
    return Optional.empty();
  }

  /** The first object that a checkpoint must have written which had an identity. */
  private static Optional<String> remains(CheckpointStorage storage) throws IOException {
    for (CheckpointStorage.StoredObject object : storage.list(Checkpoint.OBJECTS)) {
      if (ObjectName.isOne(object.name())) {
        return Optional.of(object.name());
      }
    }
    Set<String> slots = new TreeSet<>();
    for (CheckpointStorage.StoredObject object : storage.list(Checkpoint.LOG)) {
      if (LogName.isSlot(object.name())) {
        slots.add(object.name());
      }
    }
    for (String slot : slots) {
      if (!isFirst(slot)) {
        return Optional.of(slot);
      }
    }
    return Optional.empty();
  }

  /** Whether it is the slot that a checkpoint begins with, before it has an identity. */
  private static boolean isFirst(String slot) {
    String id = LogName.idOf(slot);
    return !id.isEmpty() && slot.equals(LogName.of(Checkpoint.LOG, LogName.id(id)).slot(1));
  }

  /**
   * Makes a place this checkpoint's, whose log has begun, unless it is another's.
   *
   * @return whose the place is
   */
  static Identity put(CheckpointStorage storage, UUID id) throws IOException {
    storage.putIfAbsent(NAME, ByteBuffer.wrap(encode(id)));
    return read(storage);
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

  /**
   * Refuses a checkpoint whose log is gone. One of version 1 that has no data files may have been
   * cut short when it began.
   */
  void requireLog(CheckpointStorage storage, SlotLog.Contents contents) throws IOException {
    if (!contents.slots().isEmpty()) {
      return;
    }
    boolean hasData =
        storage.list(Checkpoint.OBJECTS).stream()
            .anyMatch(object -> ObjectName.isOf(object.name(), this));
    if (!isOlder || hasData) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT,
              "%s is not a whole checkpoint: it has %s and no slot of that checkpoint in %s/, so what"
                  + " was committed is not known. Restore it from a backup, or start with an empty"
                  + " directory, which begins from nothing",
              storage.location(),
              hasData ? NAME + ", data files" : NAME,
              Checkpoint.LOG));
    }
  }

  /** The identity of a checkpoint. */
  static Identity read(CheckpointStorage storage) throws IOException {
    byte[] bytes;
    try {
      bytes = storage.read(NAME);
    } catch (NoSuchFileException e) {
      CorruptionException missing = missing(storage, remains(storage).orElse("nothing"));
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
    if (version < OLDEST_VERSION || version > VERSION) {
      throw new FormatVersionException(what, version, OLDEST_VERSION, VERSION);
    }
    buffer.getShort();
    return new Identity(new UUID(buffer.getLong(), buffer.getLong()), version < VERSION);
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
