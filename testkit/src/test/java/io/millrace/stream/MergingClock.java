package io.millrace.stream;

import io.millrace.spi.Clock;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A machine's clock that is moved by hand: missed ticks merge, and the wall clock may be set while
 * the monotonic clock, which is the hand's, runs on.
 */
final class MergingClock implements Clock {

  private final ManualClock hand;
  private final AtomicLong offsetMillis = new AtomicLong();

  MergingClock(ManualClock hand) {
    this.hand = hand;
  }

  /** Sets the wall clock forward or back. */
  void step(Duration step) {
    offsetMillis.addAndGet(step.toMillis());
    hand.wake();
  }

  @Override
  public long millis() {
    return hand.millis() + offsetMillis.get();
  }

  @Override
  public long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(hand.millis());
  }

  @Override
  public void awaitMillis(long targetMillis, BooleanSupplier cancelled)
      throws InterruptedException {
    long offset = offsetMillis.get();
    hand.awaitMillis(
        targetMillis - offset, () -> cancelled.getAsBoolean() || offsetMillis.get() > offset);
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
