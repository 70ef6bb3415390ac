package io.millrace.internal.pipeline;

import io.millrace.Tuple2;

/** Template of {@code zipWithIndex}; the argument is the index of the partition's first record. */
final class ZipWithIndexStep implements Step {

  private final Step next;
  private long index;

  ZipWithIndexStep(Object firstIndex, Step next, Signal signal) {
    this.index = (Long) firstIndex;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    next.accept(new Tuple2<>(record, index++));
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
