package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoubleRDDTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void mapToDouble_andItsRelativesYieldNumbersInOrder(int partitions) {
    RDD<Integer> numbers = context.parallelize(List.of(1, 2, 3, 4), partitions);

    assertThat(numbers.mapToDouble(x -> x / 2.0).collect()).containsExactly(0.5, 1.0, 1.5, 2.0);
    assertThat(numbers.flatMapToDouble(x -> copies(x % 2, x)).collect()).containsExactly(1.0, 3.0);
    assertThat(numbers.mapPartitionsToDouble(DoubleRDDTest::sumOf).sum()).isEqualTo(10);
    assertThat(numbers.mapToDouble(x -> x).map(x -> "n" + x).take(2))
        .containsExactly("n1.0", "n2.0");
  }

  @Test
  void mapPartitionsToDouble_keepsThePartitionerOnlyIfItIsTold() {
    PairRDD<Integer, Integer> placed =
        context
            .parallelizePairs(List.of(new Tuple2<>(1, 2)), 2)
            .partitionBy(new HashPartitioner(3));

    assertThat(placed.mapPartitionsToDouble(pairs -> copies(1, 1)).partitioner()).isEmpty();
    assertThat(placed.mapPartitionsToDouble(pairs -> copies(1, 1), true).partitioner())
        .contains(new HashPartitioner(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void statistics_agreeWithPlainOnes(int partitions) {
    double[] values = new Random(5).doubles(1_000, -3, 7).toArray();
    DoubleRDD numbers = doubles(partitions, values);
    double mean = DoubleStream.of(values).average().orElseThrow();
    double squares = DoubleStream.of(values).map(x -> (x - mean) * (x - mean)).sum();

    assertThat(numbers.sum()).isCloseTo(DoubleStream.of(values).sum(), within(1e-9));
    assertThat(numbers.mean()).isCloseTo(mean, within(1e-12));
    assertThat(numbers.variance()).isCloseTo(squares / 1_000, within(1e-11));
    assertThat(numbers.popVariance()).isEqualTo(numbers.variance());
    assertThat(numbers.sampleVariance()).isCloseTo(squares / 999, within(1e-11));
    assertThat(numbers.stdev()).isEqualTo(Math.sqrt(numbers.variance()));
    assertThat(numbers.popStdev()).isEqualTo(numbers.stdev());
    assertThat(numbers.sampleStdev()).isEqualTo(Math.sqrt(numbers.sampleVariance()));
    assertThat(numbers.min()).isEqualTo(DoubleStream.of(values).min().orElseThrow());
    assertThat(numbers.max()).isEqualTo(DoubleStream.of(values).max().orElseThrow());
    assertThat(numbers.stats().count()).isEqualTo(1_000);
    assertThat(numbers.stats().mean()).isEqualTo(numbers.mean());
  }

  @Test
  void statistics_ofNothing() {
    DoubleRDD none = doubles(3);

    assertThat(none.sum()).isZero();
    assertThat(none.mean()).isZero();
    assertThat(none.variance()).isNaN();
    assertThat(none.stats().count()).isZero();
    assertThatThrownBy(none::max).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(none::min).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aNullAmongNumbers_failsTheAction() {
    DoubleRDD withNull = context.parallelizeDoubles(Arrays.asList(1.0, null), 1);

    assertThat(withNull.count()).isEqualTo(2);
    assertThatThrownBy(withNull::sum)
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseInstanceOf(NullPointerException.class);
  }

  @Test
  void min_andMaxTakeNaNForTheGreatest() {
    DoubleRDD numbers = doubles(2, 1, Double.NaN, -1);

    assertThat(numbers.max()).isNaN();
    assertThat(numbers.min()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void histogram_dividesTheRangeEvenlyAndClosesTheLastBucket(int partitions) {
    Tuple2<double[], long[]> histogram = doubles(partitions, 1, 2, 3, 4).histogram(3);

    assertThat(histogram._1()).containsExactly(1, 2, 3, 4);
    assertThat(histogram._2()).containsExactly(1, 1, 2);
  }

  @Test
  void histogram_ofEqualNumbersHasOneBucket() {
    Tuple2<double[], long[]> histogram = doubles(2, 7, 7, 7).histogram(10);

    assertThat(histogram._1()).containsExactly(7, 7);
    assertThat(histogram._2()).containsExactly(3);
  }

  @Test
  void histogram_ofTheWholeRangeOfDoublesDoesNotOverflow() {
    double max = Double.MAX_VALUE;

    assertThat(doubles(2, -max, 0, max).histogram(2)._2()).containsExactly(1, 2);
  }

  @Test
  void histogram_refusesNothingAndWhatHasNoRange() {
    assertThatThrownBy(() -> doubles(2).histogram(3))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> doubles(2, 1, Double.NaN).histogram(3))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> doubles(2, 1, Double.POSITIVE_INFINITY).histogram(3))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Infinity");
    assertThatThrownBy(() -> doubles(2, 1).histogram(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bucketCount must be at least 1, not 0");
  }

  @Test
  void histogram_byBoundsLeavesOutWhatIsBeyondThemAndNaN() {
    DoubleRDD numbers = doubles(3, -1, 0, 4.9, 5, 10, 20, 20.1, Double.NaN);

    assertThat(numbers.histogram(new double[] {0, 5, 10, 20})).containsExactly(2, 1, 2);
    assertThat(numbers.histogram(new double[] {0, 10, 20}, true)).containsExactly(3, 2);
    assertThat(numbers.histogram(new double[] {5, 5, 10})).containsExactly(0, 2);
  }

  /** The values that Spark's suite for histograms expects. */
  @Test
  void histogram_followsSparkForInfiniteBoundsAndNaN() {
    double inf = Double.POSITIVE_INFINITY;
    DoubleRDD numbers = doubles(3, -0.01, 0, 1, 2, 3, 5, 6, 11.01, 12, 199, 200, 200.1, Double.NaN);
    double[] upToNaN = {0, 5, 11, 12, 200, Double.NaN};

    assertThat(doubles(2, 10.01, -0.01, Double.NaN).histogram(new double[] {-inf, 0, inf}))
        .containsExactly(1, 1);
    assertThat(numbers.histogram(upToNaN)).containsExactly(4, 2, 1, 2, 3);
    assertThat(numbers.histogram(upToNaN, true)).containsExactly(4, 2, 1, 2, 3);
    assertThat(numbers.union(doubles(1, inf, -inf)).histogram(upToNaN))
        .containsExactly(4, 2, 1, 2, 4);
    assertThat(doubles(1, -0.0, 0.0, 1).histogram(new double[] {0.0, 1})).containsExactly(2);
    assertThat(doubles(1, -0.0, 0.0, 1).histogram(new double[] {0.0, 1}, true)).containsExactly(2);
    assertThat(doubles(1, -0.0, 0.0, 1).histogram(new double[] {-0.0, 0.0, 1}))
        .containsExactly(1, 2);
  }

  @Test
  void histogram_refusesBoundsOutOfOrder() {
    assertThatThrownBy(() -> doubles(1, 1).histogram(new double[] {0, 2, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.0 at index 2");
    assertThatThrownBy(() -> doubles(1, 1).histogram(new double[] {0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void histogram_countsTheSameWhetherItSearchesOrComputes() {
    long seed = 77;
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      int numBuckets = 1 + random.nextInt(50);
      double width = random.nextDouble();
      double low = random.nextGaussian();
      double[] bounds =
          IntStream.rangeClosed(0, numBuckets).mapToDouble(i -> low + i * width).toArray();
      double[] values =
          DoubleStream.concat(
                  DoubleStream.of(bounds),
                  random.doubles(300, low - width, low + (numBuckets + 1) * width))
              .toArray();
      DoubleRDD numbers = doubles(2, values);

      assertThat(numbers.histogram(bounds, true))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(numbers.histogram(bounds, false));
    }
  }

  @Test
  void operationsOfAllDatasets_stayNumbers() {
    DoubleRDD numbers = doubles(2, 3, 1, 2, 3);

    assertThat(numbers.distinct().sum()).isEqualTo(6);
    assertThat(numbers.filter(x -> x > 1).sum()).isEqualTo(8);
    assertThat(numbers.union(doubles(1, 10)).max()).isEqualTo(10);
    assertThat(numbers.intersection(doubles(1, 3, 4)).collect()).containsExactly(3.0);
    assertThat(numbers.subtract(doubles(1, 3)).sum()).isEqualTo(3);
    assertThat(numbers.coalesce(1).cache().mean()).isEqualTo(2.25);
    assertThat(numbers.sample(false, 1.0, 1).count()).isEqualTo(4);
    assertThat(context.union(numbers, numbers, doubles(1, 1)).count()).isEqualTo(9);
    assertThat(DoubleRDD.fromRDD(numbers.toRDD()).sum()).isEqualTo(9);
  }

  private DoubleRDD doubles(int partitions, double... values) {
    return context.parallelizeDoubles(DoubleStream.of(values).boxed().toList(), partitions);
  }

  private static Iterator<Double> copies(int count, int value) {
    return DoubleStream.generate(() -> value).limit(count).iterator();
  }

  private static Iterator<Double> sumOf(Iterator<Integer> numbers) {
    double sum = 0;
    while (numbers.hasNext()) {
      sum += numbers.next();
    }
    return List.of(sum).iterator();
  }
}
