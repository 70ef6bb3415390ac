package io.millrace.internal.scheduler;

import java.util.concurrent.TimeUnit;

/**
 * Clock discipline: the time that batches are cut by, which runs with the monotonic clock and
 * follows the wall clock as NTP makes a clock follow its reference. It never decreases.
 *
 * <ul>
 *   <li>Behind the wall clock it is stepped forward, by at most a bound. A step beyond the bound is
 *       ignored for as long as the wall clock stays there.
 *   <li>Ahead of the wall clock (which was set back) it is slewed: it runs at 10/11 of the speed of
 *       the monotonic clock until the two meet, so that a period of it is at most 10 % longer.
 * </ul>
 *
 * <p>Readings of the wall clock are whole milliseconds, so that two times within a millisecond are
 * equal. Used by one thread.
 */
final class DisciplinedTime {

  /** What is told about, each once for each occasion. */
  interface Notices {

    /** The wall clock was set back. */
    void ahead(long aheadMillis);

    /** The wall clock has caught up after {@link #ahead}. */
    void met();

    /** A step forward is not followed. */
    void stepIgnored(long stepMillis);
  }

  /** Slewing: this much time passes here while {@link #SLEWED} passes on the monotonic clock. */
  static final long SLEW = 10;

  static final long SLEWED = 11;

  /** How far ahead it is told; less than that passes within 11 s. */
  static final long TOLD_AHEAD_MILLIS = 1_000;

  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final long maxStepNanos;
  private final Notices notices;

  /** Since the epoch. */
  private long timeNanos;

  private long lastNanos;
  private long ignoredNanos;
  private boolean isAhead;
  private boolean isToldAhead;

  /**
   * @param startMillis what it is at the first reading, if that is later than the wall clock's time
   * @param wallMillis the wall clock's first reading
   * @param nanos the monotonic clock's first reading
   * @param maxStepMillis the largest step forward that is followed
   */
  DisciplinedTime(
      long startMillis, long wallMillis, long nanos, long maxStepMillis, Notices notices) {
    this.maxStepNanos = TimeUnit.MILLISECONDS.toNanos(maxStepMillis);
    this.notices = notices;
    this.timeNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(startMillis, wallMillis));
    this.lastNanos = nanos;
    this.isAhead = startMillis > wallMillis;
    tellIfAhead(TimeUnit.MILLISECONDS.toNanos(wallMillis));
  }

  /**
   * The time in milliseconds since the epoch.
   *
   * @param wallMillis what the wall clock says
   * @param nanos what the monotonic clock says; not less than before
   */
  long read(long wallMillis, long nanos) {
    long passed = Math.max(0, nanos - lastNanos);
    lastNanos += passed;
    timeNanos += isAhead ? slewed(passed) : passed;
    long wallNanos = reference(TimeUnit.MILLISECONDS.toNanos(wallMillis));
    long behind = wallNanos - timeNanos;
    if (behind > maxStepNanos) {
      ignoredNanos += behind;
      notices.stepIgnored(TimeUnit.NANOSECONDS.toMillis(behind));
    } else if (behind > 0) {
      timeNanos = wallNanos;
    }
    isAhead = behind <= -NANOS_PER_MILLI;
    tellIfAhead(wallNanos);
    return TimeUnit.NANOSECONDS.toMillis(timeNanos);
  }

  /** How long the monotonic clock takes, at most, for a duration of this time. */
  long elapsedMillis(long millis) {
    return isAhead ? (millis * SLEWED + SLEW - 1) / SLEW : millis;
  }

  private static long slewed(long nanos) {
    return nanos / SLEWED * SLEW + nanos % SLEWED * SLEW / SLEWED;
  }

  /**
   * The wall clock's time without the step that is ignored; once it has gone back to where it would
   * be without the step, with nothing left out.
   */
  private long reference(long wallNanos) {
    if (ignoredNanos != 0
        && Math.abs(wallNanos - timeNanos) < Math.abs(wallNanos - ignoredNanos - timeNanos)) {
      ignoredNanos = 0;
    }
    return wallNanos - ignoredNanos;
  }

  private void tellIfAhead(long wallNanos) {
    if (!isAhead) {
      if (isToldAhead) {
        notices.met();
      }
      isToldAhead = false;
    } else if (!isToldAhead
        && timeNanos - wallNanos > TimeUnit.MILLISECONDS.toNanos(TOLD_AHEAD_MILLIS)) {
      isToldAhead = true;
      notices.ahead(TimeUnit.NANOSECONDS.toMillis(timeNanos - wallNanos));
    }
  }
}
