package io.millrace.spi.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One slot of a {@link SlotLog}, stored as an object of its own. Numbers are big-endian. Every
 * version keeps the first two fields and the checksum where they are, so that damage to the version
 * is told from a later version:
 *
 * <pre>
 *  0  4  magic "MRSL"
 *  4  2  format version, 2
 *  6  2  1 for a claim, 0 for what its owner appended
 *  8  8  number of the slot
 * 16  8  epoch
 * 24 16  owner
 * 40  8  number of the slot that claimed the epoch
 * 48  8  first slot that was still needed
 * 56  4  length of the body
 * 60  4  CRC32C of bytes 0 to 59 and of all that follows
 * 64 16  id of the log
 * 80     body
 * </pre>
 *
 * Version 1, which is still read, has no id: its body begins at 64.
 *
 * @param number 1, 2, 3 …
 * @param epoch of the writer, at least 1
 * @param owner a random number that the writer drew for its claim
 * @param claimNumber number of the slot that claimed the epoch
 * @param retainedFrom slots before this one are not needed to understand the log from here on
 * @param isClaim whether this slot is the claim
 * @param body what was appended
 * @param version of the format that it was read from
 */
public record Slot(
    long number,
    long epoch,
    UUID owner,
    long claimNumber,
    long retainedFrom,
    boolean isClaim,
    byte[] body,
    int version) {

  private static final int MAGIC = 0x4D52534C;
  private static final short VERSION = 2;
  private static final short OLDEST_VERSION = 1;
  private static final int FIXED_BYTES = 64;
  private static final int HEADER_BYTES = 80;
  private static final int CHECKSUM_OFFSET = 60;

  Slot(
      long number,
      long epoch,
      UUID owner,
      long claimNumber,
      long retainedFrom,
      boolean isClaim,
      byte[] body) {
    this(number, epoch, owner, claimNumber, retainedFrom, isClaim, body, VERSION);
  }

  /** Whether the slot after it has the log's id in its name. */
  boolean isOfThisRelease() {
    return version >= VERSION;
  }

  /**
   * The slot as bytes.
   *
   * @param log that it is part of
   */
  byte[] encode(UUID log) {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + body.length);
    buffer
        .putInt(MAGIC)
        .putShort(VERSION)
        .putShort((short) (isClaim ? 1 : 0))
        .putLong(number)
        .putLong(epoch)
        .putLong(owner.getMostSignificantBits())
        .putLong(owner.getLeastSignificantBits())
        .putLong(claimNumber)
        .putLong(retainedFrom)
        .putInt(body.length)
        .putInt(0)
        .putLong(log.getMostSignificantBits())
        .putLong(log.getLeastSignificantBits())
        .put(body);
    byte[] bytes = buffer.array();
    buffer.putInt(CHECKSUM_OFFSET, checksum(bytes));
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKSUM_OFFSET);
    crc.update(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES);
    return (int) crc.getValue();
  }

  /**
   * Reads a slot.
   *
   * @param namedFrom the first number whose name has the log's id
   */
  static Slot read(CheckpointStorage storage, LogName log, long number, long namedFrom)
      throws IOException {
    String name = number < namedFrom ? log.olderSlot(number) : log.slot(number);
    byte[] bytes;
    try {
      bytes = storage.read(name);
    } catch (NoSuchFileException e) {
      throw new CorruptionException(
          String.format(
              Locale.ROOT,
              "%s is missing in %s, though later slots need it: restore the directory from a"
                  + " backup",
              name,
              storage.location()),
          e);
    }
    return decode(bytes, number, log.id(), name + " in " + storage.location());
  }

  private static Slot decode(byte[] bytes, long expectedNumber, UUID expectedLog, String what)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < FIXED_BYTES || buffer.getInt() != MAGIC) {
      throw damaged(what, "it does not begin as a slot does");
    }
    short version = buffer.getShort();
    short kind = buffer.getShort();
    long number = buffer.getLong();
    long epoch = buffer.getLong();
    UUID owner = new UUID(buffer.getLong(), buffer.getLong());
    long claimNumber = buffer.getLong();
    long retainedFrom = buffer.getLong();
    int length = buffer.getInt();
    if (buffer.getInt() != checksum(bytes)) {
      throw damaged(what, "its checksum does not fit its " + bytes.length + " bytes");
    }
    if (version < OLDEST_VERSION || version > VERSION) {
      throw new FormatVersionException(what, version, OLDEST_VERSION, VERSION);
    }
    if (version == VERSION) {
      requireLog(buffer, expectedLog, what);
    }
    if (length != buffer.remaining()
        || number != expectedNumber
        || kind < 0
        || kind > 1
        || retainedFrom > number
        || retainedFrom < 1
        || claimNumber > number
        || claimNumber < 1
        || (claimNumber == number) != (kind == 1)
        || epoch < 1) {
      throw damaged(what, "its fields contradict each other");
    }
    byte[] body = new byte[length];
    buffer.get(body);
    return new Slot(number, epoch, owner, claimNumber, retainedFrom, kind == 1, body, version);
  }

  private static void requireLog(ByteBuffer buffer, UUID expected, String what)
      throws CorruptionException {
    if (buffer.remaining() < HEADER_BYTES - FIXED_BYTES) {
      throw damaged(what, "it ends within its header");
    }
    UUID log = new UUID(buffer.getLong(), buffer.getLong());
    if (!log.equals(expected)) {
      throw damaged(what, "it was copied here from the log " + log + ", and this is " + expected);
    }
  }

  private static CorruptionException damaged(String what, String why) {
    return new CorruptionException(
        what + " is damaged: " + why + ". Restore the directory from a backup");
  }
}
