package io.millrace.internal.system;

import io.millrace.spi.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The machine's clock. Missed ticks merge. */
public final class SystemClock implements Clock {

  /** Time is read again at least this often while waiting, since the wall clock may be set. */
  private static final long MAX_WAIT_MILLIS = 1_000;

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
      while (!cancelled.getAsBoolean()) {
        long waitNanos = nanosUntil(targetMillis);
        if (waitNanos <= 0 || (woken.awaitNanos(waitNanos) <= 0 && nanosUntil(targetMillis) <= 0)) {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static long nanosUntil(long targetMillis) {
    Instant now = Instant.now();
    long millis = targetMillis - now.toEpochMilli();
    if (millis <= 0) {
      return 0;
    }
    if (millis > MAX_WAIT_MILLIS) {
      return TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
    }
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
