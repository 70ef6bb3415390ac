package io.millrace.rdd;

import io.millrace.function.Function2;
import java.util.Arrays;

/**
 * Counts numbers by buckets. Bucket <i>i</i> is {@code [bounds[i], bounds[i + 1])}, the last one
 * includes its upper bound. Numbers outside are not counted. Numbers and bounds are in the order of
 * {@link Double#compare}, as in Spark: -0.0 is less than 0.0, and NaN is greater than infinity, so
 * that it is counted only if it is the last bound.
 *
 * @param isEven whether all buckets are about equally wide, so that the place of a number can be
 *     computed; else it is searched for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Histogram(double[] bounds, boolean isEven) implements Function2<long[], Double, long[]> {

  /** {@code numBuckets} buckets from {@code min} to {@code max}; one if these are equal. */
  static Histogram even(double min, double max, int numBuckets) {
    if (min == max) {
      return new Histogram(new double[] {min, max}, true);
    }
    double[] bounds = new double[numBuckets + 1];
    for (int i = 0; i < numBuckets; i++) {
      // Halves, since the distance from the least to the greatest number may overflow.
      bounds[i] = 2 * (min / 2 + (max / 2 - min / 2) * i / numBuckets);
    }
    bounds[0] = min;
    bounds[numBuckets] = max;
    return new Histogram(bounds, true);
  }

  /**
   * Buckets with the bounds that a user gave.
   *
   * @throws IllegalArgumentException if there are fewer than two, or one is less than the one
   *     before
   */
  static Histogram of(double[] bounds, boolean isEven) {
    if (bounds.length < 2) {
      throw new IllegalArgumentException(
          "histogram: at least two bounds make a bucket, not " + Arrays.toString(bounds));
    }
    for (int i = 0; i < bounds.length; i++) {
      if (i > 0 && Double.compare(bounds[i], bounds[i - 1]) < 0) {
        throw new IllegalArgumentException(
            "histogram: bounds must not decrease, but there is "
                + bounds[i]
                + " at index "
                + i
                + " of "
                + Arrays.toString(bounds));
      }
    }
    return new Histogram(bounds.clone(), isEven);
  }

  int numBuckets() {
    return bounds.length - 1;
  }

  @Override
  public long[] call(long[] counts, Double number) {
    double value = number;
    double last = bounds[numBuckets()];
    if (Double.compare(value, bounds[0]) >= 0 && Double.compare(value, last) <= 0) {
      counts[isEven && !Double.isNaN(last) ? computed(value) : searched(value)]++;
    }
    return counts;
  }

  private int searched(double value) {
    int found = Arrays.binarySearch(bounds, value);
    int bucket = found >= 0 ? found : -found - 2;
    return Math.min(bucket, numBuckets() - 1);
  }

  /** A guess, then a step or two, since rounding may put a number next to its bucket. */
  private int computed(double value) {
    int last = numBuckets() - 1;
    double low = bounds[0];
    double share = (value / 2 - low / 2) / (bounds[numBuckets()] / 2 - low / 2);
    int bucket = Math.min((int) (share * numBuckets()), last);
    while (bucket > 0 && Double.compare(value, bounds[bucket]) < 0) {
      bucket--;
    }
    while (bucket < last && Double.compare(value, bounds[bucket + 1]) >= 0) {
      bucket++;
    }
    return bucket;
  }
}
