package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Operator;
import org.jspecify.annotations.Nullable;

/** Template of {@link Operator.PairWith}. */
final class PairWithStep implements Step {

  private final Object constant;
  private final Step next;
  private final @Nullable PairStep pairs;

  PairWithStep(Object operator, Step next, Signal signal) {
    this.constant = ((Operator.PairWith) operator).constant();
    this.next = next;
    this.pairs = next instanceof PairStep step ? step : null;
  }

  @Override
  public void accept(Object record) throws Exception {
    if (pairs != null) {
      pairs.acceptPair(record, constant);
    } else {
      next.accept(new Tuple2<>(record, constant));
    }
  }

  @Override
  public void resume() throws Exception {
    next.resume();
  }
}
