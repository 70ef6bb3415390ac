package io.millrace.benchmarks;

import java.util.Arrays;

/** Nearest-rank percentiles of some measurements. */
public final class Percentiles {

  private final double[] sorted;

  private Percentiles(double[] sorted) {
    this.sorted = sorted;
  }

  public static Percentiles of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  /**
   * The smallest value that at least a share {@code p} of all does not exceed.
   *
   * @param p in {@code (0, 1]}
   */
  public double at(double p) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[(int) Math.ceil(p * sorted.length) - 1];
  }
}
