package io.millrace.sink;

import java.util.zip.CRC32C;

/**
 * A file that a {@link FileSink} has published. Small files of consecutive batches are merged after
 * a while: what several files had is in one then, in the same order.
 *
 * @param firstBatch the first batch that it has records of
 * @param batch the last one; the same unless files were merged
 * @param epoch of the driver whose attempt at that batch it was
 * @param name below the sink's directory, parts separated by {@code /}
 * @param size in bytes
 * @param crc32c checksum of its bytes, 0 to 2<sup>32</sup> - 1
 * @param numRecords how many records it holds, at least 1; a header is none
 * @param headerBytes length of the header that it begins with, 0 if there is none
 */
public record PublishedFile(
    long firstBatch,
    long batch,
    long epoch,
    String name,
    long size,
    long crc32c,
    long numRecords,
    long headerBytes) {

  /** Length of what records it holds. */
  long bodyBytes() {
    return size - headerBytes;
  }

  static long crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }
}
