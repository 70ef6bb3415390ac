package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.Function;

/** Template of {@code keyBy}. */
final class KeyByStep implements Step {

  private final Function<Object, ?> function;
  private final Step next;

  @SuppressWarnings("unchecked")
  KeyByStep(Object function, Step next, Signal signal) {
    this.function = (Function<Object, ?>) function;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    next.accept(new Tuple2<>(function.call(record), record));
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
