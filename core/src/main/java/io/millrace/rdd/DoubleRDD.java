package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.PlanNode;
import java.io.Serializable;
import java.util.function.Supplier;

/**
 * A dataset of numbers, with their statistics. {@link RDDLike} has the operations of all datasets,
 * and what holds for them.
 *
 * <p>Statistics take one pass, partition by partition, and join the partitions in order: the same
 * dataset yields the same digits at each run. A null among the numbers fails the action.
 */
public final class DoubleRDD extends RDDLike<Double, DoubleRDD> {

  DoubleRDD(RDDContext context, PlanNode<Double> plan) {
    super(context, plan);
  }

  /** The same records as numbers. */
  public static DoubleRDD fromRDD(RDD<Double> rdd) {
    return new DoubleRDD(rdd.context(), rdd.plan());
  }

  /** The same numbers as plain records. */
  public RDD<Double> toRDD() {
    return context().rdd(plan());
  }

  @Override
  DoubleRDD wrap(PlanNode<Double> node) {
    return new DoubleRDD(context(), node);
  }

  @Override
  DoubleRDD self() {
    return this;
  }

  /** The sum; 0 of no numbers. */
  public double sum() {
    Supplier<double[]> zero = (Supplier<double[]> & Serializable) () -> new double[1];
    double sum = 0;
    for (double[] partition :
        run("sum", new Terminal.Aggregate<>(zero, new Functions.AddToSum()))) {
      sum += partition[0];
    }
    return sum;
  }

  /** All statistics in one pass, in a counter of the caller's own. */
  public StatCounter stats() {
    return stats("stats");
  }

  private StatCounter stats(String action) {
    Supplier<StatCounter> zero = (Supplier<StatCounter> & Serializable) StatCounter::new;
    StatCounter all = new StatCounter();
    run(action, new Terminal.Aggregate<>(zero, new Functions.AddToStats())).forEach(all::merge);
    return all;
  }

  /** The average; 0 of no numbers. */
  public double mean() {
    return stats("mean").mean();
  }

  /** As {@link #popVariance()}. */
  public double variance() {
    return stats("variance").variance();
  }

  /** Average squared distance from the mean; NaN of no numbers. */
  public double popVariance() {
    return stats("popVariance").popVariance();
  }

  /** As {@link StatCounter#sampleVariance()}; NaN of fewer than two numbers. */
  public double sampleVariance() {
    return stats("sampleVariance").sampleVariance();
  }

  /** As {@link #popStdev()}. */
  public double stdev() {
    return stats("stdev").stdev();
  }

  /** Square root of {@link #popVariance()}. */
  public double popStdev() {
    return stats("popStdev").popStdev();
  }

  /** Square root of {@link #sampleVariance()}. */
  public double sampleStdev() {
    return stats("sampleStdev").sampleStdev();
  }

  /**
   * The greatest number in the order of {@link Double#compareTo}, to which NaN is the greatest.
   *
   * @throws UnsupportedOperationException if there are no numbers
   */
  public double max() {
    return max(naturalOrder());
  }

  /**
   * The least number in the order of {@link Double#compareTo}.
   *
   * @throws UnsupportedOperationException if there are no numbers
   */
  public double min() {
    return min(naturalOrder());
  }

  /**
   * How many numbers are in each of {@code bucketCount} equally wide buckets between the least
   * number and the greatest. Two passes: one for these two, one to count.
   *
   * <p>Of the numbers 1, 2, 3, 4 in 3 buckets the bounds are 1, 2, 3, 4 and the counts 1, 1, 2,
   * since the last bucket includes its upper bound. If all numbers are equal there is one bucket.
   *
   * @return the bounds, one more than buckets, and the counts
   * @throws UnsupportedOperationException if there are no numbers, or one is infinite or NaN
   */
  public Tuple2<double[], long[]> histogram(int bucketCount) {
    Arguments.positive("histogram", "bucketCount", bucketCount);
    StatCounter range = stats("histogram (range)");
    boolean isFinite = Double.isFinite(range.min()) && Double.isFinite(range.max());
    if (!isFinite) {
      throw new UnsupportedOperationException(
          range.count() == 0
              ? "histogram of an empty dataset"
              : "histogram of numbers that are infinite or NaN: they reach from "
                  + range.min()
                  + " to "
                  + range.max()
                  + "; filter them out, or give the bounds");
    }
    Histogram histogram = Histogram.even(range.min(), range.max(), bucketCount);
    return new Tuple2<>(histogram.bounds(), counts(histogram));
  }

  /** As {@link #histogram(double[], boolean)}, of buckets of any width. */
  public long[] histogram(double[] buckets) {
    return histogram(buckets, false);
  }

  /**
   * How many numbers are in each bucket {@code [buckets[i], buckets[i + 1])}; the last one includes
   * its upper bound. Numbers outside are not counted. The order is that of {@link Double#compare}:
   * infinite bounds are allowed, and NaN as the last one, which then counts NaN and all that is
   * greater than the bound before.
   *
   * @param buckets the bounds, at least two, in increasing order
   * @param evenBuckets whether the buckets are equally wide, so that the one of a number is
   *     computed and not searched for; the counts are right in any case
   */
  public long[] histogram(double[] buckets, boolean evenBuckets) {
    return counts(Histogram.of(buckets, evenBuckets));
  }

  private long[] counts(Histogram histogram) {
    int numBuckets = histogram.numBuckets();
    Supplier<long[]> zero = (Supplier<long[]> & Serializable) () -> new long[numBuckets];
    long[] counts = new long[numBuckets];
    for (long[] partition : run("histogram", new Terminal.Aggregate<>(zero, histogram))) {
      for (int i = 0; i < numBuckets; i++) {
        counts[i] += partition[i];
      }
    }
    return counts;
  }
}
