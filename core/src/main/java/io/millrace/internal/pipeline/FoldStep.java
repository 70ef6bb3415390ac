package io.millrace.internal.pipeline;

import io.millrace.function.Function2;
import io.millrace.internal.serialization.RecordCopier;

/** Template of the end that folds records into one value. */
final class FoldStep implements Step {

  /** The value so far; without a zero the first record starts. */
  static final class Fold {
    final Function2<Object, Object, ?> function;
    final RecordCopier copier = new RecordCopier();
    Object value = "";
    boolean started;

    @SuppressWarnings("unchecked")
    Fold(Function2<?, ?, ?> function) {
      this.function = (Function2<Object, Object, ?>) function;
    }

    Fold(Function2<?, ?, ?> function, Object zero) {
      this(function);
      this.value = zero;
      this.started = true;
    }
  }

  private final Fold fold;
  private final Function2<Object, Object, ?> function;

  FoldStep(Object fold, Signal signal) {
    this.fold = (Fold) fold;
    this.function = this.fold.function;
  }

  @Override
  public void accept(Object record) throws Exception {
    if (fold.started) {
      Object value = function.call(fold.value, record);
      // The next call may change what this one has returned; others may read the record.
      fold.value = value == record ? fold.copier.copy(value) : value;
    } else {
      fold.value = record;
      fold.started = true;
    }
  }

  @Override
  public void resume() {}
}
