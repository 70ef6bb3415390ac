package io.millrace.internal.pipeline;

import io.millrace.function.Function;

/** Template of {@code filter}. */
final class FilterStep implements Step {

  private final Function<Object, Boolean> predicate;
  private final Step next;

  @SuppressWarnings("unchecked")
  FilterStep(Object predicate, Step next, Signal signal) {
    this.predicate = (Function<Object, Boolean>) predicate;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    if (predicate.call(record)) {
      next.accept(record);
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
