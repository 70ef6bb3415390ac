package io.millrace.internal.system;

import io.millrace.spi.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The machine's clock. Missed ticks merge. */
public final class SystemClock implements Clock {

  /** The wall clock is read again at least this often while waiting, since it may be set. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void awaitMillis(long targetMillis, BooleanSupplier cancelled)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long startNanos = System.nanoTime();
      long limitNanos = nanosUntil(targetMillis);
      long leftNanos = limitNanos;
      while (leftNanos > 0 && !cancelled.getAsBoolean()) {
        woken.awaitNanos(Math.min(leftNanos, MAX_WAIT_NANOS));
        long limitLeftNanos = limitNanos - (System.nanoTime() - startNanos);
        leftNanos = Math.min(limitLeftNanos, nanosUntil(targetMillis));
      }
    } finally {
      lock.unlock();
    }
  }

  private static long nanosUntil(long targetMillis) {
    Instant now = Instant.now();
    if (targetMillis <= now.toEpochMilli()) {
      return 0;
    }
    long millis = targetMillis - now.toEpochMilli();
    return TimeUnit.MILLISECONDS.toNanos(millis) - now.getNano() % 1_000_000;
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public MissedTicks missedTicks() {
    return MissedTicks.MERGE;
  }
}
