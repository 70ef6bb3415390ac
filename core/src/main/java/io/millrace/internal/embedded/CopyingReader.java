package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.PairReader;
import io.millrace.internal.serialization.RecordCopier;
import io.millrace.spi.plan.RecordReader;

/**
 * Hands out copies of records that could be changed. A function that reduces may change its first
 * argument and return it, and the first argument of all is a record as it was read: of a cached
 * dataset, say, that others read too.
 */
class CopyingReader implements RecordReader<Object> {

  private final RecordReader<?> records;
  private final RecordCopier copier = new RecordCopier();

  private CopyingReader(RecordReader<?> records) {
    this.records = records;
  }

  static CopyingReader of(RecordReader<?> records) {
    return records instanceof PairReader pairs ? new OfPairs(pairs) : new CopyingReader(records);
  }

  /** The same, of pairs that were never made. */
  private static final class OfPairs extends CopyingReader implements PairReader {

    private final PairReader pairs;
    private final RecordCopier keyCopier = new RecordCopier();
    private final RecordCopier valueCopier = new RecordCopier();

    OfPairs(PairReader pairs) {
      super(pairs);
      this.pairs = pairs;
    }

    @Override
    public int readPairs(Object[] keys, Object[] values, int[] hashes, int max) throws Exception {
      int count = pairs.readPairs(keys, values, hashes, max);
      keyCopier.copyAll(keys, count);
      valueCopier.copyAll(values, count);
      return count;
    }
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
