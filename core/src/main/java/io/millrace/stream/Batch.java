package io.millrace.stream;

import io.millrace.rdd.RDDLike;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.graph.Staging;
import java.io.Serializable;
import java.util.Objects;

/**
 * What identifies a batch for an output that keeps its own account of what it has done, and a way
 * to write to the transactional sinks that the output was declared with.
 */
public final class Batch implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Staging NO_SINKS =
      (sink, plan) -> {
        throw new IllegalStateException(
            "a batch can be written to "
                + sink.description()
                + " only on the driver, while its output runs");
      };

  private final long number;
  private final Time time;
  private final long epoch;
  private final boolean isRepeat;
  private final transient boolean sharesTime;
  private final transient Staging staging;

  /**
   * A batch without sinks.
   *
   * @param number 1, 2, 3 …, never reused within a checkpoint
   * @param time the batch time, not earlier than that of any batch before it
   * @param epoch number of the driver that runs it; a higher one has taken over from a lower
   * @param isRepeat whether an earlier attempt at this batch may have reached the outside world
   */
  public Batch(long number, Time time, long epoch, boolean isRepeat) {
    this(number, time, false, epoch, isRepeat, NO_SINKS);
  }

  Batch(long number, Time time, boolean sharesTime, long epoch, boolean isRepeat, Staging staging) {
    this.number = number;
    this.time = Objects.requireNonNull(time);
    this.epoch = epoch;
    this.isRepeat = isRepeat;
    this.sharesTime = sharesTime;
    this.staging = staging;
  }

  /** 1, 2, 3 …, never reused within a checkpoint. */
  public long number() {
    return number;
  }

  /**
   * The batch time, not earlier than that of any batch before it. What identifies the batch is its
   * number.
   */
  public Time time() {
    return time;
  }

  /** Its time as part of a name, with its number if another batch has had that time before. */
  String label() {
    return time.milliseconds() + (sharesTime ? "-" + number : "");
  }

  /** Number of the driver that runs it; a higher one has taken over from a lower. */
  public long epoch() {
    return epoch;
  }

  /** Whether an earlier attempt at this batch may have reached the outside world. */
  public boolean isRepeat() {
    return isRepeat;
  }

  /**
   * Writes a dataset exactly once, with the batch: it becomes visible when the batch is final. Runs
   * a job over the dataset at once, and keeps what it stages.
   *
   * @param sink one of those that {@code foreachBatch} was given
   * @throws IllegalArgumentException if it is not
   * @throws IllegalStateException if the program keeps no checkpoint, or if this is not called by
   *     the output's function while it runs
   */
  public <T> void write(RDDLike<T, ?> rdd, TransactionalSink<? super T, ?> sink) throws Exception {
    staging().stage(sink, rdd.plan());
  }

  private Staging staging() {
    return staging == null ? NO_SINKS : staging; // null once it has travelled
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Batch batch
        && number == batch.number
        && time.equals(batch.time)
        && epoch == batch.epoch
        && isRepeat == batch.isRepeat;
  }

  @Override
  public int hashCode() {
    return Objects.hash(number, time, epoch, isRepeat);
  }

  @Override
  public String toString() {
    return "batch "
        + number
        + " of "
        + time
        + " in epoch "
        + epoch
        + (isRepeat ? ", repeated" : "");
  }
}
