package io.millrace.stream;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A batch time: the end of the interval that the batch covers.
 *
 * @param milliseconds since the epoch
 */
public record Time(long milliseconds) implements Comparable<Time>, Serializable {

  public boolean less(Time that) {
    return milliseconds < that.milliseconds;
  }

  public boolean lessEq(Time that) {
    return milliseconds <= that.milliseconds;
  }

  public boolean greater(Time that) {
    return milliseconds > that.milliseconds;
  }

  public boolean greaterEq(Time that) {
    return milliseconds >= that.milliseconds;
  }

  public Time plus(Duration duration) {
    return new Time(Math.addExact(milliseconds, duration.toMillis()));
  }

  public Time minus(Duration duration) {
    return new Time(Math.subtractExact(milliseconds, duration.toMillis()));
  }

  /** The time that passed from {@code that} to this one. */
  public Duration minus(Time that) {
    return Duration.ofMillis(milliseconds - that.milliseconds);
  }

  /** The last multiple of {@code step}, counted from the epoch, at or before this time. */
  public Time floor(Duration step) {
    return floor(step, new Time(0));
  }

  /** The last time at or before this one that is a multiple of {@code step} after {@code zero}. */
  public Time floor(Duration step, Time zero) {
    long offset = milliseconds - zero.milliseconds;
    return new Time(milliseconds - Math.floorMod(offset, positiveMillis(step)));
  }

  private static long positiveMillis(Duration step) {
    long millis = step.toMillis();
    if (millis < 1) {
      throw new IllegalArgumentException("a step of time is 1 ms or more, not " + step);
    }
    return millis;
  }

  public boolean isMultipleOf(Duration step) {
    return Math.floorMod(milliseconds, positiveMillis(step)) == 0;
  }

  /**
   * The times from this one to {@code that}, exclusive, in steps of {@code step}: those of 10 ms
   * until 30 ms in steps of 10 ms are 10 ms and 20 ms.
   */
  public List<Time> until(Time that, Duration step) {
    return steps(that.milliseconds, positiveMillis(step));
  }

  /** As {@link #until}, with {@code that} if a step ends there. */
  public List<Time> to(Time that, Duration step) {
    return steps(Math.addExact(that.milliseconds, 1), positiveMillis(step));
  }

  private List<Time> steps(long endMillis, long stepMillis) {
    return LongStream.iterate(milliseconds, time -> time < endMillis, time -> time + stepMillis)
        .mapToObj(Time::new)
        .toList();
  }

  public Time min(Time that) {
    return lessEq(that) ? this : that;
  }

  public Time max(Time that) {
    return greaterEq(that) ? this : that;
  }

  public Instant toInstant() {
    return Instant.ofEpochMilli(milliseconds);
  }

  @Override
  public int compareTo(Time that) {
    return Long.compare(milliseconds, that.milliseconds);
  }

  @Override
  public String toString() {
    return milliseconds + " ms";
  }
}
