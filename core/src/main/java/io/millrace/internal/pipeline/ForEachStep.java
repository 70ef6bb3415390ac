package io.millrace.internal.pipeline;

import io.millrace.function.VoidFunction;

/** Template of the end that calls a function for each record. */
final class ForEachStep implements Step {

  /** The function, and how many records it has seen. */
  static final class Call {
    final VoidFunction<Object> function;
    long count;

    @SuppressWarnings("unchecked")
    Call(VoidFunction<?> function) {
      this.function = (VoidFunction<Object>) function;
    }
  }

  private final Call call;
  private final VoidFunction<Object> function;

  ForEachStep(Object call, Signal signal) {
    this.call = (Call) call;
    this.function = this.call.function;
  }

  @Override
  public void accept(Object record) throws Exception {
    function.call(record);
    call.count++;
  }

  @Override
  public void resume() {}
}
