package io.millrace.internal.embedded;

import io.millrace.internal.serialization.RecordCopier;
import io.millrace.spi.plan.RecordReader;

/**
 * Hands out copies of records that could be changed. A function that reduces may change its first
 * argument and return it, and the first argument of all is a record as it was read: of a cached
 * dataset, say, that others read too.
 */
final class CopyingReader implements RecordReader<Object> {

  private final RecordReader<?> records;
  private final RecordCopier copier = new RecordCopier();

  CopyingReader(RecordReader<?> records) {
    this.records = records;
  }

  @Override
  public int read(Object[] into, int max) throws Exception {
    int count = records.read(into, max);
    copier.copyAll(into, count);
    return count;
  }

  @Override
  public void close() throws Exception {
    records.close();
  }
}
