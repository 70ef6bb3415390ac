package io.millrace.spi;

import java.util.function.BooleanSupplier;

/**
 * The time that batches are cut by. Injected everywhere; safe for concurrent use.
 *
 * <p>Durations of work are measured by {@link #nanoTime()}, which runs at the machine's speed even
 * where {@link #millis()} is moved by hand or runs faster.
 */
public interface Clock {

  /** What becomes of ticks that went by while nobody was waiting for them. */
  enum MissedTicks {
    /** They become one batch at the last of them: the clock runs on whatever we do. */
    MERGE,
    /** Each is run in turn: the clock is driven by someone who counts on every tick. */
    RUN_EACH
  }

  /** Milliseconds since the epoch. May jump, also backwards. */
  long millis();

  /** A monotonic reading for measuring elapsed real time, in nanoseconds. */
  long nanoTime();

  /**
   * Blocks until {@link #millis()} is at least {@code targetMillis} or {@code cancelled} says true,
   * which is asked before waiting and after each {@link #wake()}. May return earlier if {@link
   * #millis()} was set back meanwhile: as soon as the monotonic clock says that the time which was
   * left at the call has passed.
   *
   * @throws InterruptedException if the thread is interrupted while waiting
   */
  void awaitMillis(long targetMillis, BooleanSupplier cancelled) throws InterruptedException;

  /** Makes all threads in {@link #awaitMillis} ask their {@code cancelled} again. */
  void wake();

  MissedTicks missedTicks();
}
