package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.plan.RecordReader;

/** Reads a block as pairs. */
final class KeyedReader implements RecordReader<Object> {

  private final KeyedBlock block;
  private int position;

  KeyedReader(KeyedBlock block) {
    this.block = block;
  }

  @Override
  public int read(Object[] into, int max) {
    int count = Math.min(max, block.size() - position);
    if (count == 0) {
      return -1;
    }
    for (int i = 0; i < count; i++, position++) {
      into[i] = new Tuple2<>(block.keys()[position], block.values()[position]);
    }
    return count;
  }
}
