package io.millrace.rdd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Unpacks gzip (RFC 1952) with any number of members. Every member is checked to its end: {@link
 * java.util.zip.GZIPInputStream} takes anything behind the first member that is not a member as the
 * end of the file, so that a damaged later member would be lost without an error. Zero bytes behind
 * the last member are padding.
 */
final class GzipInput extends InputStream {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int FIXED_HEADER_REST = 6;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] single = new byte[1];
  private int position;
  private int limit;

  /** Packed bytes before the buffer. */
  private long bufferOffset;

  private long member;
  private boolean isInMember;
  private boolean isAtEnd;

  GzipInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    int count = read(single, 0, 1);
    return count < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!isAtEnd) {
      if (!isInMember && !beginMember()) {
        isAtEnd = true;
        break;
      }
      int count = inflate(into, offset, length);
      if (count > 0) {
        crc.update(into, offset, count);
        return count;
      }
      endMember();
    }
    return -1;
  }

  /** Bytes of the current member, or 0 at its end. */
  private int inflate(byte[] into, int offset, int length) throws IOException {
    try {
      while (true) {
        int count = inflater.inflate(into, offset, length);
        if (count > 0 || inflater.finished()) {
          return count;
        } else if (inflater.needsDictionary()) {
          throw new ZipException(place("needs a dictionary"));
        }
        if (position == limit && !fill()) {
          throw new EOFException(place("is cut short"));
        }
        inflater.setInput(buffer, position, limit - position);
        position = limit;
      }
    } catch (DataFormatException e) {
      ZipException damaged = new ZipException(place("is damaged: " + e.getMessage()));
      damaged.initCause(e);
      throw damaged;
    }
  }

  /** Reads a header; false at the end of the file. */
  private boolean beginMember() throws IOException {
    if (position == limit && !fill()) {
      if (member == 0) {
        throw new EOFException("the file is empty, which no gzip file is");
      }
      return false;
    }
    if (member > 0 && buffer[position] == 0) {
      requirePadding();
      return false;
    }
    member++;
    if ((next() | next() << 8) != MAGIC) {
      throw new ZipException(place("does not begin as gzip does"));
    } else if (next() != DEFLATE) {
      throw new ZipException(place("is not compressed by deflate"));
    }
    int flags = next();
    if ((flags & RESERVED_FLAGS) != 0) {
      throw new ZipException(place("has flags that are reserved"));
    }
    skip(FIXED_HEADER_REST);
    if ((flags & FLAG_EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      skip(2);
    }
    crc.reset();
    inflater.reset();
    isInMember = true;
    return true;
  }

  private void requirePadding() throws IOException {
    do {
      while (position < limit) {
        if (buffer[position++] != 0) {
          throw new ZipException(
              "what follows member " + member + " is neither a member nor padding of zeros");
        }
      }
    } while (fill());
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    long expectedCrc = nextInt();
    long expectedLength = nextInt();
    if (expectedCrc != crc.getValue()) {
      throw new ZipException(place("has a wrong checksum"));
    } else if (expectedLength != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw new ZipException(place("has a wrong length"));
    }
    isInMember = false;
  }

  private long nextInt() throws IOException {
    return next() | next() << 8 | next() << 16 | (long) next() << 24;
  }

  private int next() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException(place("is cut short"));
    }
    return buffer[position++] & 0xff;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    int read;
    do {
      read = next();
    } while (read != 0);
  }

  private boolean fill() throws IOException {
    bufferOffset += limit;
    position = 0;
    limit = 0;
    int count = in.read(buffer, 0, buffer.length);
    if (count <= 0) {
      return false;
    }
    limit = count;
    return true;
  }

  private String place(String what) {
    return "member "
        + member
        + " of the gzip file "
        + what
        + ", near byte "
        + (bufferOffset + position);
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
