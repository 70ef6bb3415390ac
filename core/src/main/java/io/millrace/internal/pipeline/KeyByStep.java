package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import org.jspecify.annotations.Nullable;

/** Template of {@code keyBy}. */
final class KeyByStep implements Step {

  private final Function<Object, ?> function;
  private final Step next;
  private final @Nullable PairStep pairs;

  @SuppressWarnings("unchecked")
  KeyByStep(Object function, Step next, Signal signal) {
    this.function = (Function<Object, ?>) function;
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
  }

  @Override
  public void accept(Object record) throws Exception {
    if (pairs != null) {
      pairs.acceptPair(function.call(record), record);
    } else {
      next.accept(new Tuple2<>(function.call(record), record));
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
