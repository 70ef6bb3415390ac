package io.millrace.internal.pipeline;

import io.millrace.function.Function;

/** Template of {@code map}. */
final class MapStep implements Step {

  private final Function<Object, ?> function;
  private final Step next;

  @SuppressWarnings("unchecked")
  MapStep(Object function, Step next, Signal signal) {
    this.function = (Function<Object, ?>) function;
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
