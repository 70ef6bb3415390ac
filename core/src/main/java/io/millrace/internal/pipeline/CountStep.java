package io.millrace.internal.pipeline;

/** Template of the end that counts records. */
final class CountStep implements Step {

  /** The count so far. */
  static final class Counter {
    long count;
  }

  private final Counter counter;

  CountStep(Object counter, Signal signal) {
    this.counter = (Counter) counter;
  }

  @Override
  public void accept(Object record) {
    counter.count++;
  }

  @Override
  public void resume() {}
}
