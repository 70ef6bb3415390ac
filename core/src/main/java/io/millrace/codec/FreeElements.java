package io.millrace.codec;

/**
 * Bounds what bytes can claim. A column of equal numbers takes no bytes for its elements, so a few
 * bytes could ask for any amount of memory. Therefore all elements of a stream that take no bytes
 * are counted, by the writer as by the reader: up to position n of the stream there may be {@code
 * 4096 + 64 n} of them. A writer that would pass this spends a byte on each.
 */
final class FreeElements {
  private static final long AT_START = 4096;
  private static final long PER_BYTE = 64;

  private FreeElements() {}

  static long allowedAt(long position) {
    return AT_START + PER_BYTE * position;
  }
}
