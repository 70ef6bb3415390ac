package io.millrace.rdd;

import io.millrace.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts a stream of UTF-8 into lines. A line ends at {@code \n}, {@code \r\n} or {@code \r}; the
 * last one may lack its end.
 *
 * <p>Neither of these bytes is part of a longer UTF-8 sequence, so lines are found in the bytes and
 * each is decoded as a whole. For extensions.
 */
public final class LineReader implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(LineReader.class);
  private static final int MAX_BUFFER_BYTES = Integer.MAX_VALUE - 8;
  private static final int NO_LINE = -1;
  private static final int TOO_LONG = -2;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final long limitBytes;
  private final boolean skipsLongLines;
  private byte[] buffer;
  private long bufferOffset;
  private int position;
  private int limit;
  private boolean endedWithinLine;

  /**
   * @param offset of the first byte that {@code in} yields, for {@link #offset()}
   * @param lineLimit the bound on the bytes that are held for a line
   */
  public LineReader(InputStream in, long offset, LineLimit lineLimit) {
    this(in, offset, lineLimit, BUFFER_BYTES);
  }

  /** For tests: {@code bufferBytes} is what the buffer begins with, at least 1. */
  LineReader(InputStream in, long offset, LineLimit lineLimit, int bufferBytes) {
    this.in = in;
    this.limitBytes = Math.min(lineLimit.maxBytes(), MAX_BUFFER_BYTES - 2);
    this.skipsLongLines = lineLimit.skips();
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

  /**
   * The next line without its end, or null if there is none.
   *
   * @throws IOException if the line is longer than allowed, and longer lines are not skipped; says
   *     where it begins
   */
  public @Nullable String next() throws IOException {
    int length = findEnd();
    while (length == TOO_LONG) {
      skipLongLine();
      length = findEnd();
    }
    if (length < 0) {
      return null;
    }
    String line = new String(buffer, position, length, StandardCharsets.UTF_8);
    moveBeyond(length);
    return line;
  }

  /** Leaves out what is left of the line that the stream begins in. */
  void skipLine() throws IOException {
    do {
      for (int i = position; i < limit; i++) {
        byte b = buffer[i];
        if (b == '\n' || b == '\r') {
          position = i;
          if (b == '\r' && i + 1 == limit) {
            fill();
          }
          moveBeyond(0);
          return;
        }
      }
      position = limit;
    } while (fill());
  }

  private void skipLongLine() throws IOException {
    long start = offset();
    if (!skipsLongLines) {
      throw new IOException(
          "the line that begins at byte "
              + start
              + " is longer than "
              + limitBytes
              + " bytes: raise the bound ("
              + Settings.TEXT_MAX_LINE_BYTES.key()
              + " for files, "
              + Settings.SOCKET_MAX_LINE_BYTES.key()
              + " for sockets), or have such lines left out by "
              + Settings.TEXT_SKIP_LONG_LINES.key()
              + "=true");
    }
    skipLine();
    LOG.warn(
        "a line of {} bytes was left out, which begins at byte {} and is longer than {} bytes",
        offset() - start,
        start,
        limitBytes);
  }

  /**
   * Length of the next line, which is in the buffer from {@code position} on together with both
   * bytes of its end; {@link #NO_LINE} at the end of the stream; {@link #TOO_LONG} if as much as is
   * allowed is in the buffer and there is no end in it.
   */
  private int findEnd() throws IOException {
    int scanned = 0;
    while (true) {
      for (int i = position + scanned; i < limit; i++) {
        byte b = buffer[i];
        if (b <= '\r' && (b == '\n' || b == '\r')) {
          int length = i - position;
          if (length > limitBytes) {
            return TOO_LONG;
          } else if (b == '\r' && i + 1 == limit) {
            fill();
          }
          return length;
        }
      }
      scanned = limit - position;
      if (scanned > limitBytes) {
        return TOO_LONG;
      } else if (!fill()) {
        endedWithinLine |= scanned > 0;
        return scanned == 0 ? NO_LINE : scanned;
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
      // A line of the allowed length and the two bytes of its end fit.
      buffer =
          Arrays.copyOf(buffer, (int) Math.min(2L * limit, Math.max(limit + 2L, limitBytes + 2)));
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count < 0) {
      return false;
    }
    limit += count;
    return true;
  }

  /** Whether the line that was returned last lacks its end, as the stream has ended. */
  public boolean endedWithinLine() {
    return endedWithinLine;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
