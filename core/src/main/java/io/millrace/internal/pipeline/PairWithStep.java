package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Operator;

/** Template of {@link Operator.PairWith}. */
final class PairWithStep implements Step {

  private final Object constant;
  private final Step next;

  PairWithStep(Object operator, Step next, Signal signal) {
    this.constant = ((Operator.PairWith) operator).constant();
    this.next = next;
  }

  @Override
  public void accept(Object record) throws Exception {
    next.accept(new Tuple2<>(record, constant));
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
