package io.millrace.internal.pipeline;

import io.millrace.spi.plan.RecordReader;
import java.util.List;
import java.util.Random;

/** Reads a list in chunks of random size, and knows how far it was read. */
final class RecordsInChunks implements RecordReader<Object> {

  private final List<?> records;
  private final Random random;
  private int position;
  private int ends;

  RecordsInChunks(List<?> records, long seed) {
    this.records = records;
    this.random = new Random(seed);
  }

  @Override
  public int read(Object[] into, int max) {
    if (position == records.size()) {
      ends++;
      return -1;
    }
    int count = Math.min(1 + random.nextInt(max), records.size() - position);
    for (int i = 0; i < count; i++) {
      into[i] = records.get(position++);
    }
    return count;
  }

  int numRead() {
    return position;
  }

  int numEnds() {
    return ends;
  }
}
