package io.millrace.rdd;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Sum, count and average of numbers that tasks add. Made by {@link RDDContext#doubleAccumulator()};
 * functions capture it.
 *
 * <p>What a task adds becomes visible when the task has succeeded, exactly once; what failed
 * attempts added is dropped. Code of a transformation adds again if its dataset is computed again.
 * Safe for concurrent use.
 */
public final class DoubleAccumulator extends Accumulator<DoubleAccumulator.Partial> {

  private static final long serialVersionUID = 1L;

  static final class Partial implements Serializable {

    private static final long serialVersionUID = 1L;

    private double sum;
    private long count;

    private void add(double value) {
      sum += value;
      count++;
    }
  }

  DoubleAccumulator(@Nullable String name) {
    super(name);
  }

  public void add(double value) {
    Partial partial = partial();
    if (partial != null) {
      partial.add(value);
      return;
    }
    Partial total = total();
    synchronized (total) {
      total.add(value);
    }
  }

  public double sum() {
    Partial total = total();
    synchronized (total) {
      return total.sum;
    }
  }

  /** How many numbers were added. */
  public long count() {
    Partial total = total();
    synchronized (total) {
      return total.count;
    }
  }

  /** The average, or NaN if nothing was added. */
  public double avg() {
    Partial total = total();
    synchronized (total) {
      return total.sum / total.count;
    }
  }

  /** The sum. */
  public Double value() {
    return sum();
  }

  /** Whether sum and count are 0. */
  public boolean isZero() {
    Partial total = total();
    synchronized (total) {
      return total.sum == 0 && total.count == 0;
    }
  }

  /** Starts again from nothing. Tasks that run meanwhile still add what they collected. */
  public void reset() {
    Partial total = total();
    synchronized (total) {
      total.sum = 0;
      total.count = 0;
    }
  }

  @Override
  Partial newPartial() {
    return new Partial();
  }

  @Override
  void join(Partial total, Partial partial) {
    total.sum += partial.sum;
    total.count += partial.count;
  }

  @Override
  public String toString() {
    return describe(value());
  }
}
