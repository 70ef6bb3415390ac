package io.millrace.testkit;

import io.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A clock that stands still until it is moved. A context on it runs every tick that a move passes,
 * in turn. Safe for concurrent use.
 */
public final class ManualClock implements Clock {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private long nowMillis;
  private int numWaiting;
  private long wakeUps;

  /** A clock that stands at the epoch. */
  public ManualClock() {
    this(0);
  }

  /**
   * @param startMillis milliseconds since the epoch
   */
  public ManualClock(long startMillis) {
    this.nowMillis = startMillis;
  }

  /**
   * Moves the clock.
   *
   * @param duration not negative
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a clock can't be advanced by " + duration);
    }
    lock.lock();
    try {
      moveTo(nowMillis + duration.toMillis());
    } finally {
      lock.unlock();
    }
  }

  /** Sets the clock, also back. */
  public void setMillis(long millis) {
    lock.lock();
    try {
      moveTo(millis);
    } finally {
      lock.unlock();
    }
  }

  private void moveTo(long millis) {
    nowMillis = millis;
    wakeAll();
  }

  private void wakeAll() {
    wakeUps++;
    numWaiting = 0;
    changed.signalAll();
  }

  /**
   * Blocks until at least {@code numThreads} threads wait for a time that has not come: until that
   * many contexts on this clock have run all batches that are due.
   *
   * @param timeout of real time, since a context may stop instead of waiting again
   * @return whether they wait
   */
  public boolean awaitIdle(int numThreads, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (numWaiting < numThreads) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long millis() {
    lock.lock();
    try {
      return nowMillis;
    } finally {
      lock.unlock();
    }
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
      while (nowMillis < targetMillis && !cancelled.getAsBoolean()) {
        long seen = wakeUps;
        numWaiting++;
        changed.signalAll();
        try {
          while (seen == wakeUps) {
            changed.await();
          }
        } finally {
          if (seen == wakeUps) {
            numWaiting--; // interrupted
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      wakeAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public MissedTicks missedTicks() {
    return MissedTicks.RUN_EACH;
  }
}
