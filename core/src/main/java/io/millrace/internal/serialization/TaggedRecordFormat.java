package io.millrace.internal.serialization;

import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Records as tagged values in checked blocks. Numbers of fixed width are big-endian:
 *
 * <pre>
 * stream   magic "MLRR", version (1 byte), block*, end
 * block    length of the payload in bytes (4, not 0), number of records (4),
 *          CRC32C of those 8 bytes and the payload (4), payload
 * end      a block of length 0 whose number is that of the stream's records, its lowest 32 bits
 * payload  values, see {@link ValueWriter}
 * </pre>
 *
 * <p>A block is closed after the record that fills it to {@value #BLOCK_BYTES} bytes; a larger
 * record has a block of its own, of up to 2 GB.
 */
public final class TaggedRecordFormat implements RecordFormat {

  private static final long serialVersionUID = 1L;

  static final byte[] MAGIC = {'M', 'L', 'R', 'R'};
  static final int VERSION = 1;
  static final int BLOCK_BYTES = 64 * 1024;
  static final int BLOCK_HEADER_BYTES = 12;

  /** What this object has written; a copy in another process begins anew. */
  private transient ClassTable classes = new ClassTable();

  private Object readResolve() {
    return new TaggedRecordFormat();
  }

  @Override
  public Writer writer(OutputStream out) throws IOException {
    return new RecordBlockWriter(out, classes);
  }

  @Override
  public RecordReader<Object> reader(InputStream in) throws IOException {
    return new RecordBlockReader(in, classes, Thread.currentThread().getContextClassLoader());
  }
}
