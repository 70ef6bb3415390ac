package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.millrace.Tuple2;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairRDDTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void keysAndValues_keepOrder() {
    PairRDD<String, Integer> pairs = sample(2);

    assertThat(pairs.keys().collect()).containsExactly("a", "b", "a", "c", "b", "a");
    assertThat(pairs.values().collect()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void mapValues_keepsKeysAndPartitioner() {
    PairRDD<String, Integer> placed = sample(3).partitionBy(new HashPartitioner(2));

    assertThat(placed.mapValues(v -> v * 10).partitioner()).contains(new HashPartitioner(2));
    assertThat(sample(3).mapValues(v -> v * 10).values().collect())
        .containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(placed.flatMapValues(v -> Collections.nCopies(v % 2, v).iterator()).partitioner())
        .contains(new HashPartitioner(2));
    assertThat(sample(3).flatMapValues(v -> Collections.nCopies(v % 2, v).iterator()).collect())
        .containsExactly(pair("a", 1), pair("a", 3), pair("b", 5));
  }

  @Test
  void partitionBy_putsKeysWhereThePartitionerSays() {
    PairRDD<String, Integer> placed = sample(3).partitionBy(new ByFirstLetter(3));

    assertThat(placed.glom().collect())
        .containsExactly(
            List.of(pair("c", 4)),
            List.of(pair("a", 1), pair("a", 3), pair("a", 6)),
            List.of(pair("b", 2), pair("b", 5)));
    assertThat(placed.partitioner()).contains(new ByFirstLetter(3));
    assertThat(placed.partitionBy(new ByFirstLetter(3)).plan()).isSameAs(placed.plan());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 9})
  void reduceByKey_joinsValuesInOrderOfArrival(int partitions) {
    PairRDD<String, String> letters = sample(partitions).mapValues(String::valueOf);

    assertThat(letters.reduceByKey((a, b) -> a + b).collectAsMap())
        .containsOnly(entry("a", "136"), entry("b", "25"), entry("c", "4"));
    assertThat(letters.reduceByKey((a, b) -> a + b, 1).keys().collect())
        .containsExactly("a", "b", "c");
  }

  @Test
  void reduceByKey_takesNullKeysAndValues() {
    List<Tuple2<String, Integer>> list = new ArrayList<>();
    list.add(new Tuple2<>(null, 1));
    list.add(new Tuple2<>("a", null));
    list.add(new Tuple2<>(null, 2));

    assertThat(context.parallelizePairs(list, 2).reduceByKey(Integer::sum).collect())
        .containsExactlyInAnyOrder(new Tuple2<>(null, 3), new Tuple2<>("a", null));
  }

  @Test
  void reduceByKey_ofOneHeavyKeyAmongMany() {
    int heavy = 90_000;
    RDD<Integer> numbers = context.parallelize(IntStream.range(0, 100_000).boxed().toList(), 8);

    Map<Integer, Integer> counts =
        numbers
            .mapToPair(x -> new Tuple2<>(x < heavy ? -1 : x, 1))
            .reduceByKey(Integer::sum)
            .collectAsMap();

    assertThat(counts).hasSize(10_001).containsEntry(-1, heavy).containsEntry(95_000, 1);
  }

  @Test
  void reduceByKey_ofPlacedPairsMovesNothing() {
    PairRDD<String, Integer> placed = sample(3).partitionBy(new HashPartitioner(2));

    PairRDD<String, Integer> sums = placed.reduceByKey(Integer::sum);

    assertThat(sums.toDebugString().lines().filter(line -> line.contains("+-"))).hasSize(1);
    assertThat(sums.partitioner()).contains(new HashPartitioner(2));
    assertThat(sums.collectAsMap()).containsOnly(entry("a", 10), entry("b", 7), entry("c", 4));
  }

  @Test
  void foldByKey_beginsEachKeyWithTheZero() {
    assertThat(sample(1).foldByKey(100, Integer::sum).collectAsMap())
        .containsOnly(entry("a", 110), entry("b", 107), entry("c", 104));
    assertThat(sample(2).foldByKey(0, 3, Integer::sum).getNumPartitions()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void aggregateByKey_mayChangeItsZeroForEachKey(int partitions) {
    List<Integer> zero = new ArrayList<>();

    Map<String, List<Integer>> lists =
        sample(partitions)
            .aggregateByKey(
                zero,
                2,
                (list, v) -> {
                  list.add(v);
                  return list;
                },
                (a, b) -> {
                  a.addAll(b);
                  return a;
                })
            .collectAsMap();

    assertThat(lists)
        .containsOnly(
            entry("a", List.of(1, 3, 6)), entry("b", List.of(2, 5)), entry("c", List.of(4)));
    assertThat(zero).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void combineByKey_isTheGeneralForm(boolean mapSideCombine) {
    PairRDD<String, String> combined =
        sample(3)
            .combineByKey(
                v -> "<" + v,
                (c, v) -> c + "," + v,
                (c1, c2) -> c1 + ";" + c2,
                new HashPartitioner(1),
                mapSideCombine);

    assertThat(combined.lookup("c")).containsExactly("<4");
    assertThat(combined.lookup("a")).containsExactly(mapSideCombine ? "<1;<3;<6" : "<1,3,6");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6, 9})
  void groupByKey_keepsTheOrderOfArrival(int partitions) {
    Map<String, Iterable<Integer>> groups = sample(partitions).groupByKey(2).collectAsMap();

    assertThat(groups.get("a")).containsExactly(1, 3, 6);
    assertThat(groups.get("b")).containsExactly(2, 5);
    assertThat(groups.get("c")).containsExactly(4);
  }

  @Test
  void groupByKey_refusesArraysAsKeys() {
    PairRDD<int[], Integer> pairs =
        context.parallelizePairs(List.of(new Tuple2<>(new int[] {1}, 1)), 1);

    assertThatThrownBy(() -> pairs.groupByKey(2).collect()).hasStackTraceContaining("int[]");
  }

  @Test
  void countByKey_countsPairs() {
    assertThat(sample(2).countByKey()).containsOnly(entry("a", 3L), entry("b", 2L), entry("c", 1L));
  }

  @Test
  void collectAsMap_keepsTheLastPairOfAKey() {
    assertThat(sample(3).collectAsMap()).containsOnly(entry("a", 6), entry("b", 5), entry("c", 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void reduceByKeyLocally_joinsPartitionsInOrder(int partitions) {
    assertThat(sample(partitions).mapValues(String::valueOf).reduceByKeyLocally((a, b) -> a + b))
        .containsExactly(entry("a", "136"), entry("b", "25"), entry("c", "4"));
  }

  @Test
  void lookup_readsOnlyThePartitionOfTheKey() {
    LongAccumulator read = context.longAccumulator();
    PairRDD<String, Integer> counted =
        sample(2)
            .partitionBy(new ByFirstLetter(3))
            .mapValues(
                v -> {
                  read.add(1);
                  return v;
                });

    assertThat(counted.lookup("b")).containsExactly(2, 5);
    assertThat(read.value()).isEqualTo(2);
    assertThat(counted.lookup("e")).isEmpty();
    assertThat(sample(3).lookup("a")).containsExactly(1, 3, 6);
    assertThat(sample(3).sortByKey().lookup("b")).containsExactly(2, 5);
  }

  @Test
  void groupWith_isCogroup() {
    PairRDD<String, Integer> pairs = sample(2);
    PairRDD<String, String> other = context.parallelizePairs(List.of(pair("a", "x")), 1);

    assertThat(pairs.groupWith(other).collect()).isEqualTo(pairs.cogroup(other).collect());
    assertThat(pairs.groupWith(other, other).collect())
        .isEqualTo(pairs.cogroup(other, other).collect());
    assertThat(pairs.groupWith(other, other, other).collect())
        .isEqualTo(pairs.cogroup(other, other, other).collect());
    assertThat(pairs.groupWith(other).lookup("c")).containsExactly(pair(List.of(4), List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void repartitionAndSortWithinPartitions_placesAndSortsStably(int partitions) {
    PairRDD<Integer, String> pairs =
        context.parallelizePairs(
            List.of(
                pair(4, "a"), pair(1, "b"), pair(2, "c"), pair(4, "d"), pair(0, "e"), pair(1, "f")),
            partitions);
    Partitioner evenAndOdd = new HashPartitioner(2);

    PairRDD<Integer, String> sorted = pairs.repartitionAndSortWithinPartitions(evenAndOdd);

    assertThat(sorted.glom().collect())
        .containsExactly(
            List.of(pair(0, "e"), pair(2, "c"), pair(4, "a"), pair(4, "d")),
            List.of(pair(1, "b"), pair(1, "f")));
    assertThat(sorted.partitioner()).contains(evenAndOdd);
    assertThat(
            pairs
                .partitionBy(evenAndOdd)
                .repartitionAndSortWithinPartitions(evenAndOdd, (a, b) -> b - a)
                .keys()
                .collect())
        .containsExactly(4, 4, 2, 0, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void countApproxDistinct_isCloseWithAndWithoutKeys(int partitions) {
    RDD<Integer> numbers =
        context.parallelize(IntStream.range(0, 20_000).boxed().toList(), partitions);
    PairRDD<String, Integer> pairs =
        numbers.mapToPair(x -> x < 15_000 ? pair("many", x % 5_000) : pair("few", x % 3));

    assertThat((double) numbers.map(x -> x % 4_000).countApproxDistinct(0.02))
        .isCloseTo(4_000, within(4_000 * 0.06));
    assertThat(context.emptyRDD().countApproxDistinct(0.1)).isZero();
    for (PairRDD<String, Long> counts :
        List.of(
            pairs.countApproxDistinctByKey(0.02),
            pairs.countApproxDistinctByKey(0.02, 2),
            pairs.countApproxDistinctByKey(0.02, new ByFirstLetter(3)))) {
      Map<String, Long> byKey = counts.collectAsMap();
      assertThat(byKey).hasSize(2).containsEntry("few", 3L);
      assertThat((double) byKey.get("many")).isCloseTo(5_000, within(5_000 * 0.06));
    }
    assertThat(pairs.countApproxDistinctByKey(0.1, new ByFirstLetter(3)).partitioner())
        .contains(new ByFirstLetter(3));
  }

  @Test
  void countApproxDistinct_countsNullOnce() {
    List<String> list = new ArrayList<>(Collections.nCopies(10, null));
    list.add("a");

    assertThat(context.parallelize(list, 3).countApproxDistinct(0.05)).isEqualTo(2);
  }

  @Test
  void fromRDDAndToRDD_areTheSameRecords() {
    RDD<Tuple2<String, Integer>> plain = sample(2).toRDD();

    assertThat(PairRDD.fromRDD(plain).keys().count()).isEqualTo(6);
    assertThat(plain.plan()).isSameAs(PairRDD.fromRDD(plain).plan());
  }

  @Test
  void operations_refuseAMissingPartitioner() {
    assertThatThrownBy(() -> sample(1).groupByKey((Partitioner) null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groupByKey: the partitioner is null");
    assertThatThrownBy(() -> sample(1).reduceByKey(Integer::sum, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private PairRDD<String, Integer> sample(int partitions) {
    return context.parallelizePairs(
        List.of(pair("a", 1), pair("b", 2), pair("a", 3), pair("c", 4), pair("b", 5), pair("a", 6)),
        partitions);
  }

  private static <A, B> Tuple2<A, B> pair(A a, B b) {
    return new Tuple2<>(a, b);
  }

  /** A user's partitioner: {@code c} goes to 0, {@code a} to 1, {@code b} to 2 of three. */
  private static final class ByFirstLetter extends Partitioner {

    private static final long serialVersionUID = 1L;

    private final int numPartitions;

    ByFirstLetter(int numPartitions) {
      this.numPartitions = numPartitions;
    }

    @Override
    public int numPartitions() {
      return numPartitions;
    }

    @Override
    public int getPartition(Object key) {
      return key.toString().charAt(0) % numPartitions;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByFirstLetter that && that.numPartitions == numPartitions;
    }

    @Override
    public int hashCode() {
      return numPartitions;
    }
  }
}
