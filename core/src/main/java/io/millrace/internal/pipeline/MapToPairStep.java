package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.PairFunction;
import org.jspecify.annotations.Nullable;

/** Template of {@code mapToPair}. */
final class MapToPairStep implements Step {

  private final PairFunction<Object, ?, ?> function;
  private final Step next;
  private final @Nullable PairStep pairs;

  @SuppressWarnings("unchecked")
  MapToPairStep(Object function, Step next, Signal signal) {
    this.function = (PairFunction<Object, ?, ?>) function;
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
  }

  @Override
  public void accept(Object record) throws Exception {
    Tuple2<?, ?> pair = function.call(record);
    if (pair == null) {
      throw NullResult.of(function, "a pair");
    }
    if (pairs != null) {
      pairs.acceptPair(pair._1(), pair._2());
    } else {
      next.accept(pair);
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
