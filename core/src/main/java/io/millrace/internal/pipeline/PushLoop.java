package io.millrace.internal.pipeline;

import java.util.Iterator;

/** Template of the {@link Loop}. */
final class PushLoop implements Loop {

  private final Step head;
  private final Signal signal;

  PushLoop(Step head, Signal signal) {
    this.head = head;
    this.signal = signal;
  }

  @Override
  public int push(Object[] records, int from, int to) throws Exception {
    int i = from;
    while (i < to && !signal.full) {
      head.accept(records[i++]);
    }
    return i;
  }

  @Override
  public boolean push(Iterator<?> records, int max) throws Exception {
    for (int left = max; left > 0 && !signal.full; left--) {
      if (!records.hasNext()) {
        return true;
      }
      head.accept(records.next());
    }
    return false;
  }

  @Override
  public void resume() throws Exception {
    head.resume();
  }
}
