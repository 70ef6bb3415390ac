package io.millrace.rdd;

import java.io.Serializable;

/**
 * Count, mean, variance, least and greatest of numbers that are added one by one, or by whole
 * counters.
 *
 * <p>Adding follows Welford (Note on a method for calculating corrected sums of squares and
 * products, Technometrics 4:3, 1962), joining two counters follows Chan, Golub and LeVeque
 * (Updating formulae and a pairwise algorithm for computing sample variances, 1979): neither
 * subtracts large sums of squares from each other, so the variance of numbers that are large but
 * close together keeps its digits. A number that is infinite or NaN makes mean and variance NaN.
 *
 * <p>Mutable and not safe for concurrent use; {@link DoubleRDD#stats()} returns one of the caller's
 * own.
 */
public final class StatCounter implements Serializable {

  private static final long serialVersionUID = 1L;

  private long count;
  private double mean;

  /** Sum of the squared distances from the mean. */
  private double squares;

  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** Adds a number; returns this. */
  public StatCounter merge(double value) {
    double distance = value - mean;
    count++;
    mean += distance / count;
    squares += distance * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
    return this;
  }

  /** Adds all that {@code other} has counted, which stays as it is; returns this. */
  public StatCounter merge(StatCounter other) {
    if (other.count == 0) {
      return this;
    }
    if (count == 0) {
      mean = other.mean;
      squares = other.squares;
    } else {
      double total = (double) count + other.count;
      double distance = other.mean - mean;
      squares += other.squares + distance * distance * (count * (other.count / total));
      // From the larger side, so that counters of equal size do not cancel.
      mean =
          other.count > count
              ? other.mean - distance * (count / total)
              : mean + distance * (other.count / total);
    }
    count += other.count;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    return this;
  }

  /** A counter of the same numbers that goes its own way. */
  public StatCounter copy() {
    return new StatCounter().merge(this);
  }

  /** How many numbers were added. */
  public long count() {
    return count;
  }

  /** The average; 0 of no numbers. */
  public double mean() {
    return mean;
  }

  /** Mean times count. */
  public double sum() {
    return count * mean;
  }

  /** The least number; positive infinity of none. */
  public double min() {
    return min;
  }

  /** The greatest number; negative infinity of none. */
  public double max() {
    return max;
  }

  /** As {@link #popVariance()}. */
  public double variance() {
    return popVariance();
  }

  /** Average squared distance from the mean; NaN of no numbers. */
  public double popVariance() {
    return count == 0 ? Double.NaN : squares / count;
  }

  /**
   * What the numbers say of the variance of the population that they were drawn from: the squared
   * distances divided by {@code count - 1}. NaN of fewer than two numbers.
   */
  public double sampleVariance() {
    return count < 2 ? Double.NaN : squares / (count - 1);
  }

  /** As {@link #popStdev()}. */
  public double stdev() {
    return popStdev();
  }

  /** Square root of {@link #popVariance()}. */
  public double popStdev() {
    return Math.sqrt(popVariance());
  }

  /** Square root of {@link #sampleVariance()}. */
  public double sampleStdev() {
    return Math.sqrt(sampleVariance());
  }

  @Override
  public String toString() {
    return "(count: "
        + count
        + ", mean: "
        + mean
        + ", stdev: "
        + stdev()
        + ", max: "
        + max
        + ", min: "
        + min
        + ")";
  }
}
