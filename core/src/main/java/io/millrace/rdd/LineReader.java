package io.millrace.rdd;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of UTF-8 into lines. A line ends at {@code \n}, {@code \r\n} or {@code \r}; the
 * last one may lack its end.
 *
 * <p>Neither of these bytes is part of a longer UTF-8 sequence, so lines are found in the bytes and
 * each is decoded as a whole.
 */
final class LineReader implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_LINE_BYTES = Integer.MAX_VALUE - 8;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private byte[] buffer;
  private long bufferOffset;
  private int position;
  private int limit;

  /**
   * @param offset of the first byte that {@code in} yields, for {@link #offset()}
   */
  LineReader(InputStream in, long offset) {
    this(in, offset, BUFFER_BYTES);
  }

  /** For tests: {@code bufferBytes} is what the buffer begins with, at least 1. */
  LineReader(InputStream in, long offset, int bufferBytes) {
    this.in = in;
    this.bufferOffset = offset;
    this.buffer = new byte[bufferBytes];
  }

  /** Offset of the first byte of the next line. */
  long offset() {
    return bufferOffset + position;
  }

  /** Leaves out a byte order mark, if one comes next. */
  void skipByteOrderMark() throws IOException {
    while (limit - position < BYTE_ORDER_MARK.length && fill()) {}
    int end = Math.min(limit, position + BYTE_ORDER_MARK.length);
    if (Arrays.equals(buffer, position, end, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
      position = end;
    }
  }

  /** The next line without its end, or null if there is none. */
  @Nullable String next() throws IOException {
    int length = findEnd();
    if (length < 0) {
      return null;
    }
    String line = new String(buffer, position, length, StandardCharsets.UTF_8);
    moveBeyond(length);
    return line;
  }

  /** Leaves out what is left of the line that the stream begins in. */
  void skipLine() throws IOException {
    int length = findEnd();
    if (length >= 0) {
      moveBeyond(length);
    }
  }

  /**
   * Length of the next line, which is in the buffer from {@code position} on together with both
   * bytes of its end; -1 at the end of the stream.
   */
  private int findEnd() throws IOException {
    int scanned = 0;
    while (true) {
      for (int i = position + scanned; i < limit; i++) {
        byte b = buffer[i];
        if (b <= '\r' && (b == '\n' || b == '\r')) {
          int length = i - position;
          if (b == '\r' && i + 1 == limit) {
            fill();
          }
          return length;
        }
      }
      scanned = limit - position;
      if (!fill()) {
        return scanned == 0 ? -1 : scanned;
      }
    }
  }

  private void moveBeyond(int lineLength) {
    position += lineLength;
    if (position < limit) {
      byte end = buffer[position++];
      if (end == '\r' && position < limit && buffer[position] == '\n') {
        position++;
      }
    }
  }

  /** Reads more behind what is left; false at the end of the stream. */
  private boolean fill() throws IOException {
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      bufferOffset += position;
      limit -= position;
      position = 0;
    }
    if (limit == buffer.length) {
      if (limit == MAX_LINE_BYTES) {
        throw new IOException("the line at byte " + offset() + " is longer than 2 GiB");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * limit, MAX_LINE_BYTES));
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      return false;
    }
    limit += count;
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
