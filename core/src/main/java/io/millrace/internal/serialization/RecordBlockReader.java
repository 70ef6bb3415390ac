package io.millrace.internal.serialization;

import io.millrace.spi.RecordFormatException;
import io.millrace.spi.RecordFormatException.Reason;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads the blocks of a {@link TaggedRecordFormat}; each is checked before it is looked into. */
final class RecordBlockReader implements RecordReader<Object> {

  private final InputStream in;
  private final InputBytes payload = new InputBytes();
  private final ValueReader values;
  private final ByteBuffer header = ByteBuffer.allocate(TaggedRecordFormat.BLOCK_HEADER_BYTES);
  private final CRC32C crc = new CRC32C();
  private byte[] buffer = new byte[1024];
  private int recordsLeft;
  private int streamRecords;
  private long position;
  private boolean ended;

  RecordBlockReader(InputStream in, ClassTable written, @Nullable ClassLoader loader)
      throws IOException {
    this.in = in;
    this.values = new ValueReader(payload, written, loader);
    byte[] start = new byte[TaggedRecordFormat.MAGIC.length + 1];
    int count = in.readNBytes(start, 0, start.length);
    position = count;
    int compared = Math.min(count, TaggedRecordFormat.MAGIC.length);
    if (!Arrays.equals(start, 0, compared, TaggedRecordFormat.MAGIC, 0, compared)) {
      throw failure(Reason.FOREIGN, "this is no stream of records");
    } else if (count < start.length) {
      throw failure(Reason.CUT_SHORT, "the stream of records ends in its header");
    }
    int version = start[start.length - 1];
    if (version > TaggedRecordFormat.VERSION) {
      throw failure(
          Reason.TOO_NEW,
          "the records are in format "
              + version
              + ", and this release reads formats up to "
              + TaggedRecordFormat.VERSION
              + "; read them with the release that wrote them, or a later one");
    } else if (version < 1) {
      throw failure(Reason.CORRUPT, "there is no format " + version);
    }
  }

  @Override
  public int read(Object[] into, int max) throws IOException {
    while (recordsLeft == 0) {
      if (ended || !nextBlock()) {
        return -1;
      }
    }
    int count = Math.min(max, recordsLeft);
    for (int i = 0; i < count; i++) {
      into[i] = value();
    }
    recordsLeft -= count;
    if (recordsLeft == 0 && payload.remaining() > 0) {
      throw failure(Reason.CORRUPT, payload.remaining() + " bytes too many in a block");
    }
    return count;
  }

  private Object value() throws RecordFormatException {
    try {
      return values.read();
    } catch (InputBytes.MalformedException e) {
      throw new RecordFormatException(
          Reason.CORRUPT, place("a value makes no sense: " + e.getMessage()), e);
    } catch (RuntimeException | LinkageError e) {
      throw new RecordFormatException(
          Reason.UNREADABLE, place("a record can't be made from what is there: " + e), e);
    }
  }

  /** Reads and checks a block; returns false if it is the end. */
  private boolean nextBlock() throws IOException {
    header.clear();
    readFully(header.array(), 0, header.capacity());
    int length = header.getInt();
    int number = header.getInt();
    if (length < 0 || (length > 0 && (number < 1 || number > length))) {
      throw failure(Reason.CORRUPT, "a block of " + length + " bytes with " + number + " records");
    }
    readPayload(length);
    crc.reset();
    crc.update(header.array(), 0, header.position());
    crc.update(buffer, 0, length);
    if ((int) crc.getValue() != header.getInt()) {
      throw failure(Reason.CORRUPT, "the checksum of a block of " + length + " bytes is wrong");
    }
    if (length == 0) {
      ended = true;
      if (number != streamRecords) {
        throw failure(Reason.CORRUPT, streamRecords + " records, where there were " + number);
      }
      return false;
    }
    payload.reset(buffer, length);
    values.reset();
    recordsLeft = number;
    streamRecords += number;
    return true;
  }

  /** Takes memory only as the bytes arrive: the length may be wrong. */
  private void readPayload(int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (done == buffer.length) {
        long capacity = Math.max(TaggedRecordFormat.BLOCK_BYTES, 2L * done);
        buffer = Arrays.copyOf(buffer, (int) Math.min(capacity, length));
      }
      int end = Math.min(length, buffer.length);
      readFully(buffer, done, end - done);
      done = end;
    }
  }

  private void readFully(byte[] into, int from, int count) throws IOException {
    int read = in.readNBytes(into, from, count);
    position += read;
    if (read < count) {
      throw failure(Reason.CUT_SHORT, "the stream of records ends before its end mark");
    }
  }

  private RecordFormatException failure(Reason reason, String what) {
    return new RecordFormatException(reason, place(what));
  }

  private String place(String what) {
    return what + ", at byte " + position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
