package io.millrace.stream;

import io.millrace.spi.Clock;
import io.millrace.testkit.ManualClock;
import java.util.function.BooleanSupplier;

/** A clock that is moved by hand, on which missed ticks merge as on the machine's. */
record MergingClock(ManualClock hand) implements Clock {

  @Override
  public long millis() {
    return hand.millis();
  }

  @Override
  public long nanoTime() {
    return hand.nanoTime();
  }

  @Override
  public void awaitMillis(long targetMillis, BooleanSupplier cancelled)
      throws InterruptedException {
    hand.awaitMillis(targetMillis, cancelled);
  }

  @Override
  public void wake() {
    hand.wake();
  }

  @Override
  public MissedTicks missedTicks() {
    return MissedTicks.MERGE;
  }
}
