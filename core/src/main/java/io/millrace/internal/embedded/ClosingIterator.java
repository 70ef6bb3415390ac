package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ReaderIterator;
import java.util.Iterator;

/** Closes a user's iterator as soon as it has ended: a task may read many, one after the other. */
final class ClosingIterator implements Iterator<Object> {

  private final Iterator<?> records;
  private final EmbeddedTaskContext.Closing closing;
  private boolean ended;

  ClosingIterator(Iterator<?> records, EmbeddedTaskContext.Closing closing) {
    this.records = records;
    this.closing = closing;
  }

  @Override
  public boolean hasNext() {
    if (ended) {
      return false;
    }
    ended = !records.hasNext();
    if (ended) {
      close();
    }
    return !ended;
  }

  private void close() {
    try {
      closing.now();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ReaderIterator.ReadFailure(e);
    }
  }

  @Override
  public Object next() {
    return records.next();
  }
}
