package io.millrace.internal.pipeline;

/** Template of the end that fills a caller's array and stops the stage when it is full. */
final class BufferStep implements Step {

  /** The caller's array. */
  static final class Target {
    Object[] array = {};
    int limit;
    int count;
  }

  private final Target target;
  private final Signal signal;

  BufferStep(Object target, Signal signal) {
    this.target = (Target) target;
    this.signal = signal;
  }

  @Override
  public void accept(Object record) {
    int count = target.count;
    target.array[count++] = record;
    target.count = count;
    if (count == target.limit) {
      signal.full = true;
    }
  }

  @Override
  public void resume() {}
}
