package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Template of {@code flatMapValues}; resumes as {@link FlatMapStep} does. */
final class FlatMapValuesStep implements Step {

  private final FlatMapFunction<Object, ?> function;
  private final Step next;
  private final @Nullable PairStep pairs;
  private final Signal signal;
  private Object openKey = "";
  private @Nullable Iterator<?> open;

  @SuppressWarnings("unchecked")
  FlatMapValuesStep(Object function, Step next, Signal signal) {
    this.function = (FlatMapFunction<Object, ?>) function;
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
    this.signal = signal;
  }

  @Override
  public void accept(Object record) throws Exception {
    Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
    drain(pair._1(), function.call(pair._2()));
  }

  private void drain(Object key, Iterator<?> values) throws Exception {
    if (values == null) {
      throw NullResult.of(function, "an iterator");
    }
    while (values.hasNext()) {
      if (pairs != null) {
        pairs.acceptPair(key, values.next());
      } else {
        next.accept(new Tuple2<>(key, values.next()));
      }
      if (signal.full) {
        openKey = key;
        open = values;
        return;
      }
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
    Iterator<?> values = open;
    if (values != null && !signal.full) {
      open = null;
      drain(openKey, values);
    }
  }
}
