package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.Function;

/** Template of {@code mapValues}. */
final class MapValuesStep implements Step {

  private final Function<Object, ?> function;
  private final Step next;

  @SuppressWarnings("unchecked")
  MapValuesStep(Object function, Step next, Signal signal) {
    this.function = (Function<Object, ?>) function;
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
    next.accept(new Tuple2<>(pair._1(), function.call(pair._2())));
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
