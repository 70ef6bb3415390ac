package io.millrace.internal.serialization;

import io.millrace.spi.RecordFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes the blocks of a {@link TaggedRecordFormat}. */
final class RecordBlockWriter implements RecordFormat.Writer {

  private final OutputStream out;
  private final OutputBytes payload = new OutputBytes(TaggedRecordFormat.BLOCK_BYTES / 16);
  private final ValueWriter values;
  private final ByteBuffer header = ByteBuffer.allocate(TaggedRecordFormat.BLOCK_HEADER_BYTES);
  private final CRC32C crc = new CRC32C();
  private int blockRecords;
  private long streamRecords;
  private long bytesOut;
  private boolean closed;

  RecordBlockWriter(OutputStream out, ClassTable classes) throws IOException {
    this.out = out;
    this.values = new ValueWriter(payload, classes);
    out.write(TaggedRecordFormat.MAGIC);
    out.write(TaggedRecordFormat.VERSION);
    bytesOut = TaggedRecordFormat.MAGIC.length + 1L;
  }

  @Override
  public void write(Object record) throws IOException {
    values.writeRecord(record);
    blockRecords++;
    streamRecords++;
    if (payload.size() >= TaggedRecordFormat.BLOCK_BYTES) {
      writeBlock();
    }
  }

  private void writeBlock() throws IOException {
    writePart(blockRecords);
    payload.truncate(0);
    values.reset();
    blockRecords = 0;
  }

  private void writePart(int number) throws IOException {
    header.clear().putInt(payload.size()).putInt(number);
    crc.reset();
    crc.update(header.array(), 0, header.position());
    crc.update(payload.array(), 0, payload.size());
    header.putInt((int) crc.getValue());
    out.write(header.array());
    out.write(payload.array(), 0, payload.size());
    bytesOut += header.capacity() + payload.size();
  }

  @Override
  public long numBytes() {
    return bytesOut + payload.size();
  }

  @Override
  public void complete() throws IOException {
    if (blockRecords > 0) {
      writeBlock();
    }
    writePart((int) streamRecords);
    close();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      out.close();
    }
  }
}
