package io.millrace.internal.pipeline;

import io.millrace.function.FlatMapFunction;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Template of {@code flatMap}. The iterator that is open when the signal turns full is the cursor
 * that {@link #resume()} continues, so an endless expansion neither fills memory nor runs on.
 */
final class FlatMapStep implements Step {

  private final FlatMapFunction<Object, ?> function;
  private final Step next;
  private final Signal signal;
  private @Nullable Iterator<?> open;

  @SuppressWarnings("unchecked")
  FlatMapStep(Object function, Step next, Signal signal) {
    this.function = (FlatMapFunction<Object, ?>) function;
    this.next = next;
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
      next.accept(records.next());
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
