package io.millrace.internal.pipeline;

import io.millrace.spi.plan.RecordReader;

/** Reads the first elements of an array. */
public final class ArrayReader implements RecordReader<Object> {

  private final Object[] records;
  private final int end;
  private int position;

  public ArrayReader(Object[] records, int size) {
    this.records = records;
    this.end = size;
  }

  @Override
  public int read(Object[] into, int max) {
    int count = Math.min(max, end - position);
    if (count == 0) {
      return -1;
    }
    System.arraycopy(records, position, into, 0, count);
    position += count;
    return count;
  }
}
