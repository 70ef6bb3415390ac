package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.function.PairFlatMapFunction;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Template of {@code flatMapToPair}. The iterator that is open when the signal turns full is the
 * cursor that {@link #resume()} continues, so an endless expansion neither fills memory nor runs
 * on.
 */
final class FlatMapToPairStep implements Step {

  private final PairFlatMapFunction<Object, ?, ?> function;
  private final Step next;
  private final @Nullable PairStep pairs;
  private final Signal signal;
  private @Nullable Iterator<?> open;

  @SuppressWarnings("unchecked")
  FlatMapToPairStep(Object function, Step next, Signal signal) {
    this.function = (PairFlatMapFunction<Object, ?, ?>) function;
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
    this.signal = signal;
  }

  @Override
  public void accept(Object record) throws Exception {
    drain(function.call(record));
  }

  private void drain(Iterator<?> records) throws Exception {
    if (records == null) {
      throw NullResult.of(function, "an iterator");
    }
    while (records.hasNext()) {
      Tuple2<?, ?> pair = (Tuple2<?, ?>) records.next();
      if (pairs != null) {
        pairs.acceptPair(pair._1(), pair._2());
      } else {
        next.accept(pair);
      }
      if (signal.full) {
        open = records;
        return;
      }
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
    Iterator<?> records = open;
    if (records != null && !signal.full) {
      open = null;
      drain(records);
    }
  }
}
