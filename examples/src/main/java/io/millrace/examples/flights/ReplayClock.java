package io.millrace.examples.flights;

import io.millrace.spi.Clock;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Time in the past that runs as fast as one likes.
 *
 * <p>It stands at its start until somebody waits for the first time, runs from then on at its speed
 * in proportion to the machine's, and never passes the latest time that was waited for: so it
 * stands while a batch is worked on, and a batch that takes too long delays those after it and
 * swallows none. It ends: whoever waits for a later time waits until cancelled.
 */
final class ReplayClock implements Clock {

  private static final double NANOS_PER_MILLI = 1e6;

  private final long startMillis;
  private final long endMillis;
  private final PlaySpeed speed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();

  // Guarded by the lock.
  private boolean running;
  private long zeroNanos;
  private long limitMillis;

  ReplayClock(Instant start, Instant end, PlaySpeed speed) {
    this.startMillis = start.toEpochMilli();
    this.endMillis = end.toEpochMilli();
    this.speed = speed;
    this.limitMillis = startMillis;
  }

  @Override
  public long millis() {
    lock.lock();
    try {
      return running
          ? (long)
              Math.min((double) limitMillis, (double) startMillis + playedNanos() / NANOS_PER_MILLI)
          : startMillis;
    } finally {
      lock.unlock();
    }
  }

  /** Infinite at once if the speed is. */
  private double playedNanos() {
    return speed.isMax() ? Double.POSITIVE_INFINITY : (nanoTime() - zeroNanos) * speed.factor();
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
      if (!running) {
        running = true;
        zeroNanos = nanoTime();
      }
      limitMillis = Math.max(limitMillis, Math.min(targetMillis, endMillis));
      while (!cancelled.getAsBoolean()) {
        if (targetMillis > endMillis) {
          woken.await();
          continue;
        }
        double left = (targetMillis - startMillis) * NANOS_PER_MILLI - playedNanos();
        if (left <= 0) {
          return;
        }
        woken.awaitNanos((long) Math.ceil(left / speed.factor()));
      }
    } finally {
      lock.unlock();
    }
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
    return MissedTicks.RUN_EACH;
  }
}
