package io.millrace.sink;

import java.util.zip.CRC32C;

/**
 * A file that a {@link FileSink} has published.
 *
 * @param batch that it belongs to
 * @param epoch of the driver whose attempt at the batch it was
 * @param name below the sink's directory, parts separated by {@code /}
 * @param size in bytes
 * @param crc32c checksum of its bytes, 0 to 2<sup>32</sup> - 1
 * @param numRecords how many records it holds, at least 1; a header is none
 */
public record PublishedFile(
    long batch, long epoch, String name, long size, long crc32c, long numRecords) {

  static long crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }
}
