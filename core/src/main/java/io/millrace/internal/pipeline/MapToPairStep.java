package io.millrace.internal.pipeline;

import io.millrace.function.PairFunction;

/** Template of {@code mapToPair}. */
final class MapToPairStep implements Step {

  private final PairFunction<Object, ?, ?> function;
  private final Step next;

  @SuppressWarnings("unchecked")
  MapToPairStep(Object function, Step next, Signal signal) {
    this.function = (PairFunction<Object, ?, ?>) function;
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
