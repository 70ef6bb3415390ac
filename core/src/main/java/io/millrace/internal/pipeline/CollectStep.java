package io.millrace.internal.pipeline;

/** Template of the end that gathers records, up to a limit. */
final class CollectStep implements Step {

  /** Where records go, and how many at most. */
  record Into(Rows rows, int limit) {}

  private final Rows rows;
  private final int limit;
  private final Signal signal;

  CollectStep(Object into, Signal signal) {
    this.rows = ((Into) into).rows();
    this.limit = ((Into) into).limit();
    this.signal = signal;
  }

  @Override
  public void accept(Object record) {
    rows.add(record);
    if (rows.size() >= limit) {
      signal.full = true;
    }
  }

  @Override
  public void resume() {}
}
