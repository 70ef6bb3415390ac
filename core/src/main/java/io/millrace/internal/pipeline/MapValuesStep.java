package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import org.jspecify.annotations.Nullable;

/** Template of {@code mapValues}. */
final class MapValuesStep implements Step {

  private final Function<Object, ?> function;
  private final Step next;
  private final @Nullable PairStep pairs;

  @SuppressWarnings("unchecked")
  MapValuesStep(Object function, Step next, Signal signal) {
    this.function = (Function<Object, ?>) function;
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
  }

  @Override
  public void accept(Object record) throws Exception {
    Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
    if (pairs != null) {
      pairs.acceptPair(pair._1(), function.call(pair._2()));
    } else {
      next.accept(new Tuple2<>(pair._1(), function.call(pair._2())));
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
