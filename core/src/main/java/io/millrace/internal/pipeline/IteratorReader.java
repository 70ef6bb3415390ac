package io.millrace.internal.pipeline;

import io.millrace.spi.plan.RecordReader;
import java.util.Iterator;

/** Reads an iterator, such as the one that a user's {@code mapPartitions} returned. */
public final class IteratorReader implements RecordReader<Object> {

  private final Iterator<?> iterator;

  public IteratorReader(Iterator<?> iterator) {
    this.iterator = iterator;
  }

  Iterator<?> iterator() {
    return iterator;
  }

  @Override
  public int read(Object[] into, int max) {
    int count = 0;
    while (count < max && iterator.hasNext()) {
      into[count++] = iterator.next();
    }
    return count == 0 ? -1 : count;
  }
}
