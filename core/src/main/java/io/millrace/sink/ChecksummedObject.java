package io.millrace.sink;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The frame of what a file sink stores beside data and slots. Numbers are big-endian:
 *
 * <pre>
 *  0  4  magic
 *  4  4  format version, 2; 1 is still read
 *  8  4  length of the body
 * 12  4  CRC32C of bytes 0 to 11 and the body
 * 16     body
 * </pre>
 */
final class ChecksummedObject {

  static final int VERSION = 2;
  static final int OLDEST_VERSION = 1;
  private static final int HEADER_BYTES = 16;
  private static final int CHECKSUM_OFFSET = 12;

  private ChecksummedObject() {}

  static byte[] encode(int magic, byte[] body) {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + body.length);
    buffer.putInt(magic).putInt(VERSION).putInt(body.length).putInt(0).put(body);
    buffer.putInt(CHECKSUM_OFFSET, checksum(buffer.array()));
    return buffer.array();
  }

  /**
   * What was stored.
   *
   * @param version of its format
   */
  record Decoded(int version, byte[] body) {}

  static Decoded decode(int magic, byte[] bytes, String what) throws IOException {
    if (bytes.length < HEADER_BYTES) {
      throw damaged(what, "it has " + bytes.length + " bytes, less than its header");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getInt() != magic) {
      throw damaged(what, "it does not begin as such an object does");
    }
    int version = buffer.getInt();
    int length = buffer.getInt();
    if (buffer.getInt() != checksum(bytes)) {
      throw damaged(what, "its checksum does not fit its " + bytes.length + " bytes");
    }
    if (version < OLDEST_VERSION || version > VERSION) {
      throw new FormatVersionException(what, version, OLDEST_VERSION, VERSION);
    }
    if (length != bytes.length - HEADER_BYTES) {
      throw damaged(what, "it has another length than it says");
    }
    byte[] body = new byte[length];
    buffer.get(body);
    return new Decoded(version, body);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, CHECKSUM_OFFSET);
    crc.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return (int) crc.getValue();
  }

  static CorruptionException damaged(String what, String why) {
    return new CorruptionException(
        what + " is damaged: " + why + ". Restore the directory from a backup");
  }
}
