package io.millrace.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * What is sent of an object: the remaining bytes of buffers, as a stream that can be begun anew.
 * Nothing is copied but into the client's own buffer.
 */
final class BufferedContent implements ContentStreamProvider {

  private final List<ByteBuffer> buffers;
  private final long size;

  BufferedContent(List<ByteBuffer> content) {
    this.buffers = content.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    this.size = buffers.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  long size() {
    return size;
  }

  /** Checksum of all bytes as the store wants it, so that it takes nothing else for them. */
  String crc32c() {
    CRC32C crc = new CRC32C();
    buffers.forEach(buffer -> crc.update(buffer.duplicate()));
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public InputStream newStream() {
    List<ByteBuffer> unread = new ArrayList<>();
    buffers.forEach(buffer -> unread.add(buffer.duplicate()));
    return new BufferStream(unread);
  }

  /** Reads buffers one after the other. */
  private static final class BufferStream extends InputStream {

    private final List<ByteBuffer> buffers;
    private int current;

    BufferStream(List<ByteBuffer> buffers) {
      this.buffers = buffers;
    }

    private boolean hasMore() {
      while (current < buffers.size() && !buffers.get(current).hasRemaining()) {
        current++;
      }
      return current < buffers.size();
    }

    @Override
    public int read() {
      return hasMore() ? buffers.get(current).get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!hasMore()) {
        return -1;
      }
      ByteBuffer buffer = buffers.get(current);
      int count = Math.min(length, buffer.remaining());
      buffer.get(bytes, offset, count);
      return count;
    }

    @Override
    public int available() {
      return hasMore() ? buffers.get(current).remaining() : 0;
    }
  }
}
