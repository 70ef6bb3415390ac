package io.millrace.internal.pipeline;

import io.millrace.function.DoubleFunction;

/** Template of {@code mapToDouble}. */
final class MapToDoubleStep implements Step {

  private final DoubleFunction<Object> function;
  private final Step next;

  @SuppressWarnings("unchecked")
  MapToDoubleStep(Object function, Step next, Signal signal) {
    this.function = (DoubleFunction<Object>) function;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    next.accept(function.call(record));
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
