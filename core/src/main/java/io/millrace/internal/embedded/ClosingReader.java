package io.millrace.internal.embedded;

import io.millrace.spi.plan.RecordReader;

/** Closes a reader as soon as it has ended: a task may read many, one after the other. */
final class ClosingReader implements RecordReader<Object> {

  private final RecordReader<?> reader;
  private final EmbeddedTaskContext.Closing closing;
  private boolean ended;

  ClosingReader(RecordReader<?> reader, EmbeddedTaskContext.Closing closing) {
    this.reader = reader;
    this.closing = closing;
  }

  @Override
  public int read(Object[] into, int max) throws Exception {
    if (ended) {
      return -1;
    }
    int count = reader.read(into, max);
    if (count < 0) {
      ended = true;
      closing.now();
    }
    return count;
  }
}
