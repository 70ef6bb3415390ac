package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.NotSerializableFunctionException;
import io.millrace.Tuple2;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangePartitionerTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,4", "3,1", "4,5", "7,3"})
  void sortByKey_sortsAcrossPartitionsBothWays(int from, int to) {
    List<Integer> keys = new Random(5).ints(3_000, -400, 400).boxed().toList();
    PairRDD<Integer, Integer> pairs = context.parallelize(keys, from).keyBy(x -> x);

    PairRDD<Integer, Integer> ascending = pairs.sortByKey(true, to);
    assertThat(ascending.getNumPartitions()).isEqualTo(to);
    assertThat(ascending.keys().collect()).isEqualTo(keys.stream().sorted().toList());
    assertThat(pairs.sortByKey(false, to).keys().collect())
        .isEqualTo(keys.stream().sorted(Comparator.reverseOrder()).toList());
  }

  @Test
  void sortByKey_keepsTheOrderOfPairsWithEqualKeysBothWays() {
    PairRDD<Integer, Integer> pairs =
        context
            .parallelize(IntStream.range(0, 200).boxed().toList(), 5)
            .mapToPair(x -> new Tuple2<>(x % 4, x));

    for (boolean ascending : new boolean[] {true, false}) {
      List<Tuple2<Integer, Integer>> sorted = pairs.sortByKey(ascending, 3).collect();
      for (int i = 1; i < sorted.size(); i++) {
        if (sorted.get(i)._1().equals(sorted.get(i - 1)._1())) {
          assertThat(sorted.get(i)._2()).isGreaterThan(sorted.get(i - 1)._2());
        }
      }
    }
  }

  @Test
  void sortByKey_takesAComparator() {
    PairRDD<String, Integer> pairs =
        context.parallelize(List.of("ccc", "a", "bb"), 2).mapToPair(s -> new Tuple2<>(s, 0));

    assertThat(pairs.sortByKey((a, b) -> b.length() - a.length()).keys().collect())
        .containsExactly("ccc", "bb", "a");
    assertThat(pairs.sortByKey(Comparator.<String>reverseOrder(), false, 1).keys().collect())
        .containsExactly("a", "bb", "ccc");
    Comparator<String> plain = (a, b) -> a.compareTo(b);
    assertThatThrownBy(() -> pairs.sortByKey(plain))
        .isInstanceOf(NotSerializableFunctionException.class);
  }

  @Test
  void sortByKey_ofNothingAndOfOneKey() {
    PairRDD<Integer, Integer> none =
        context.parallelize(List.of(1, 2), 2).filter(x -> false).keyBy(x -> x);
    assertThat(none.sortByKey(true, 3).collect()).isEmpty();

    PairRDD<Integer, Integer> one =
        context.parallelize(IntStream.range(0, 50).boxed().toList(), 4).keyBy(x -> 7);
    PairRDD<Integer, Integer> sorted = one.sortByKey(true, 3);
    assertThat(sorted.getNumPartitions()).isEqualTo(3);
    assertThat(sorted.values().collect()).isEqualTo(IntStream.range(0, 50).boxed().toList());
  }

  @Test
  void bounds_divideTheRecordsAboutEvenly_evenIfOnePartitionHasMostOfThem() {
    List<Integer> keys = new ArrayList<>();
    IntStream.range(0, 40_000).forEach(i -> keys.add(new Random(i).nextInt(1_000_000)));
    RDD<Integer> large = context.parallelize(keys, 1);
    RDD<Integer> skewed = large.union(context.parallelize(List.of(1, 2, 3, 4), 8));

    List<Integer> sizes = skewed.keyBy(x -> x).sortByKey(true, 4).glom().map(List::size).collect();

    assertThat(sizes).allMatch(size -> size > 5_000 && size < 17_000, "10,000 or so");
  }

  @Test
  void bounds_areTheSameAtEachRun() {
    List<Integer> keys = new Random(9).ints(5_000).boxed().toList();
    RDD<Integer> numbers = context.parallelize(keys, 3);

    assertThat(numbers.keyBy(x -> x).sortByKey(true, 4).glom().map(List::size).collect())
        .isEqualTo(numbers.keyBy(x -> x).sortByKey(true, 4).glom().map(List::size).collect());
  }

  @Test
  void sortByKey_samplesWhenItIsFirstUsedAndOnlyThen() {
    LongAccumulator computed = context.longAccumulator();
    PairRDD<Integer, Integer> sorted =
        context
            .parallelize(List.of(3, 1, 2), 2)
            .keyBy(
                x -> {
                  computed.add(1);
                  return x;
                })
            .sortByKey();

    assertThat(computed.value()).isZero();
    sorted.collect();
    assertThat(computed.value()).isEqualTo(6);
    sorted.collect();
    assertThat(computed.value()).isLessThanOrEqualTo(9);
  }

  @Test
  void equals_holdsForTheSameDatasetOrderAndNumber() {
    PairRDD<Integer, Integer> pairs = context.parallelize(List.of(1, 2), 2).keyBy(x -> x);
    PairRDD<Integer, Integer> others = context.parallelize(List.of(1, 2), 2).keyBy(x -> x);
    Comparator<Integer> natural = Comparator.naturalOrder();

    RangePartitioner<Integer> ranges = new RangePartitioner<>(2, pairs, true, natural);

    assertThat(ranges)
        .isEqualTo(new RangePartitioner<>(2, pairs, true, natural))
        .hasSameHashCodeAs(new RangePartitioner<>(2, pairs, true, natural))
        .isNotEqualTo(new RangePartitioner<>(3, pairs, true, natural))
        .isNotEqualTo(new RangePartitioner<>(2, pairs, false, natural))
        .isNotEqualTo(new RangePartitioner<>(2, pairs, true, Comparator.reverseOrder()))
        .isNotEqualTo(new RangePartitioner<>(2, others, true, natural));
    assertThat(pairs.sortByKey().sortByKey().partitioner()).isPresent();
  }

  @Test
  void partition_findsTheRangeOfEachKey() {
    PairRDD<Integer, Integer> pairs =
        context.parallelize(IntStream.range(0, 10).boxed().toList(), 2).keyBy(x -> x);

    RangePartitioner<Integer> ranges =
        new RangePartitioner<>(2, pairs, true, Comparator.<Integer>naturalOrder());
    RangePartitioner<Integer> reversed =
        new RangePartitioner<>(2, pairs, false, Comparator.<Integer>naturalOrder());

    assertThat(List.of(-5, 0, 4, 5, 9, 99))
        .extracting(ranges::partition)
        .containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(List.of(-5, 0, 4, 5, 9, 99))
        .extracting(reversed::partition)
        .containsExactly(1, 1, 1, 0, 0, 0);
  }

  @Test
  void bounds_travelWithThePartitionerOnceTheyAreKnown() throws Exception {
    PairRDD<Integer, Integer> pairs =
        context.parallelize(IntStream.range(0, 10).boxed().toList(), 2).keyBy(x -> x);
    RangePartitioner<Integer> ranges =
        RangePartitioner.deferred(2, pairs, true, Comparator.<Integer>naturalOrder());

    assertThatThrownBy(() -> copy(ranges).partition(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before its bounds were known");
    ranges.resolve();
    assertThat(copy(ranges).partition(7)).isEqualTo(1);
    assertThat(copy(ranges)).isEqualTo(ranges);
  }

  private static RangePartitioner<?> copy(RangePartitioner<?> original) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RangePartitioner<?>) in.readObject();
    }
  }
}
