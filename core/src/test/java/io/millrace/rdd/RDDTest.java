package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.JobFailedException;
import io.millrace.NotSerializableFunctionException;
import io.millrace.Tuple2;
import io.millrace.function.Function;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RDDTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void parallelize_cutsTheListEvenlyInItsOrder() {
    assertThat(partitions(context.parallelize(List.of(1, 2, 3, 4, 5), 3)))
        .containsExactly(List.of(1), List.of(2, 3), List.of(4, 5));
    assertThat(partitions(context.parallelize(List.of(1), 3)))
        .containsExactly(List.of(), List.of(), List.of(1));
    assertThat(context.parallelize(List.of(1, 2, 3)).getNumPartitions()).isEqualTo(2);
  }

  @Test
  void parallelize_copiesTheList() {
    List<String> list = new ArrayList<>(List.of("a", "b"));
    RDD<String> rdd = context.parallelize(list, 2);
    list.clear();

    assertThat(rdd.collect()).containsExactly("a", "b");
  }

  @Test
  void parallelize_takesNullElements() {
    List<String> list = new ArrayList<>(List.of("a", "b"));
    list.add(1, null);

    assertThat(context.parallelize(list, 2).map(x -> x).collect()).containsExactly("a", null, "b");
  }

  @Test
  void parallelize_refusesLessThanOneSlice() {
    assertThatThrownBy(() -> context.parallelize(List.of(1), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numSlices")
        .hasMessageContaining("0");
  }

  @Test
  void emptyRDD_hasNoPartitionsAndWorksInAllOperations() {
    RDD<Integer> empty = context.emptyRDD();

    assertThat(empty.getNumPartitions()).isZero();
    assertThat(empty.map(x -> x + 1).filter(x -> x > 0).collect()).isEmpty();
    assertThat(empty.count()).isZero();
    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.take(3)).isEmpty();
    assertThat(empty.distinct().collect()).isEmpty();
    assertThat(empty.repartition(3).collect()).isEmpty();
    assertThat(empty.coalesce(2).collect()).isEmpty();
    assertThat(empty.keyBy(x -> x).groupByKey(2).collect()).isEmpty();
    assertThat(empty.keyBy(x -> x).sortByKey().collect()).isEmpty();
    assertThat(empty.union(context.parallelize(List.of(1), 1)).collect()).containsExactly(1);
    assertThat(empty.zipWithIndex().collect()).isEmpty();
    assertThat(empty.cartesian(empty).collect()).isEmpty();
    assertThat(empty.countByValue()).isEmpty();
    assertThat(empty.takeSample(true, 2)).isEmpty();
    assertThat(empty.top(2, Integer::compare)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9})
  void narrowOperations_keepTheOrderOfRecords(int partitions) {
    RDD<Integer> numbers = numbers(1, 6, partitions);

    assertThat(numbers.map(x -> x * 10).collect()).containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(numbers.filter(x -> x % 2 == 0).collect()).containsExactly(2, 4, 6);
    assertThat(numbers.flatMap(x -> Collections.nCopies(x % 3, x).iterator()).collect())
        .containsExactly(1, 2, 2, 4, 5, 5);
    assertThat(numbers.mapToPair(x -> new Tuple2<>(x, -x)).collect()).startsWith(pair(1, -1));
    assertThat(
            numbers
                .flatMapToPair(x -> List.of(pair(x, 0), pair(x, 1)).iterator())
                .filter(pair -> pair._1() > 5)
                .collect())
        .containsExactly(pair(6, 0), pair(6, 1));
    assertThat(numbers.keyBy(x -> x % 2).collect())
        .containsExactly(pair(1, 1), pair(0, 2), pair(1, 3), pair(0, 4), pair(1, 5), pair(0, 6));
  }

  @Test
  void flatMap_ofAnInfiniteIteratorIsReadAsFarAsNeeded() {
    RDD<Integer> endless =
        context.parallelize(List.of(1), 1).flatMap(x -> Stream.iterate(x, i -> i + 1).iterator());

    assertThat(endless.map(x -> x * 2).take(3)).containsExactly(2, 4, 6);
  }

  @Test
  void mapPartitions_callsTheFunctionOncePerPartitionEvenIfItIsEmpty() {
    RDD<Integer> sums =
        context
            .parallelize(List.of(1, 2), 4)
            .mapPartitions(
                records -> {
                  int sum = 100;
                  while (records.hasNext()) {
                    sum += records.next();
                  }
                  return List.of(sum).iterator();
                });

    assertThat(sums.collect()).containsExactly(100, 101, 100, 102);
  }

  @Test
  void mapPartitions_doesNotReadAhead() {
    RDD<Integer> firsts =
        context
            .parallelize(List.of(1), 1)
            .flatMap(x -> Stream.iterate(x, i -> i + 1).iterator())
            .mapPartitions(records -> List.of(records.next(), records.next()).iterator());

    assertThat(firsts.collect()).containsExactly(1, 2);
  }

  @Test
  void mapPartitionsToPair_yieldsPairs() {
    PairRDD<String, Integer> pairs =
        numbers(1, 2, 2)
            .mapPartitionsToPair(
                records -> List.of(new Tuple2<>("first", records.next())).iterator());

    assertThat(pairs.collect()).containsExactly(new Tuple2<>("first", 1), new Tuple2<>("first", 2));
  }

  @Test
  void mapPartitionsWithIndex_countsThePartitionsOfItsOwnDataset() {
    RDD<String> labelled = numbers(1, 4, 4).mapPartitionsWithIndex(RDDTest::label);

    assertThat(labelled.collect()).containsExactly("0:1", "1:2", "2:3", "3:4");
    assertThat(labelled.coalesce(1).collect()).containsExactly("0:1", "1:2", "2:3", "3:4");
    assertThat(labelled.union(labelled).collect())
        .containsExactly("0:1", "1:2", "2:3", "3:4", "0:1", "1:2", "2:3", "3:4");
  }

  private static Iterator<String> label(Integer partition, Iterator<Integer> records) {
    List<String> labels = new ArrayList<>();
    records.forEachRemaining(x -> labels.add(partition + ":" + x));
    return labels.iterator();
  }

  @Test
  void mapPartitions_keepsThePartitionerOnlyIfToldSo() {
    PairRDD<Integer, Integer> placed =
        numbers(1, 4, 2).keyBy(x -> x).partitionBy(new HashPartitioner(3));

    assertThat(placed.mapPartitions(x -> x, true).partitioner()).contains(new HashPartitioner(3));
    assertThat(placed.mapPartitions(x -> x).partitioner()).isEmpty();
    assertThat(placed.map(x -> x).partitioner()).isEmpty();
    assertThat(placed.filter(x -> true).partitioner()).contains(new HashPartitioner(3));
  }

  @Test
  void glom_yieldsAListForEachPartition() {
    assertThat(context.parallelize(List.of(1, 2), 3).glom().collect())
        .containsExactly(List.of(), List.of(1), List.of(2));
  }

  @Test
  void union_appendsPartitionsAndKeepsDuplicates() {
    RDD<Integer> union = numbers(1, 3, 2).union(numbers(3, 4, 1));

    assertThat(partitions(union)).containsExactly(List.of(1), List.of(2, 3), List.of(3, 4));
    assertThat(context.union(union, union, numbers(9, 9, 1)).count()).isEqualTo(11);
  }

  @Test
  void union_ofDatasetsWithOnePartitionerKeepsIt() {
    Partitioner two = new HashPartitioner(2);
    PairRDD<Integer, Integer> left = numbers(0, 3, 1).keyBy(x -> x).partitionBy(two);
    PairRDD<Integer, Integer> right = numbers(2, 5, 3).keyBy(x -> x).partitionBy(two);

    PairRDD<Integer, Integer> union = left.union(right);

    assertThat(union.partitioner()).contains(two);
    assertThat(union.keys().glom().collect())
        .containsExactly(List.of(0, 2, 2, 4), List.of(1, 3, 3, 5));
  }

  @Test
  void union_refusesNoDatasets() {
    assertThatThrownBy(() -> context.union(new RDD[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void distinct_keepsEachRecordOnce(int partitions) {
    List<String> words = List.of("a", "b", "a", "c", "b", "a");
    RDD<String> distinct = context.parallelize(words, partitions).distinct();

    assertThat(distinct.getNumPartitions()).isEqualTo(partitions);
    assertThat(distinct.collect()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(context.parallelize(words, partitions).distinct(1).collect())
        .containsExactly("a", "b", "c");
  }

  @Test
  void distinct_takesNull() {
    List<String> words = new ArrayList<>(List.of("a", "a"));
    words.add(null);
    words.add(null);

    assertThat(context.parallelize(words, 2).distinct().collect())
        .containsExactlyInAnyOrder("a", null);
  }

  @Test
  void distinct_ofPlacedPairsKeepsTheirPlace() {
    Partitioner two = new HashPartitioner(2);
    PairRDD<Integer, String> pairs =
        context
            .parallelizePairs(
                List.of(new Tuple2<>(1, "a"), new Tuple2<>(1, "b"), new Tuple2<>(1, "a")), 1)
            .partitionBy(two);

    PairRDD<Integer, String> distinct = pairs.distinct();

    assertThat(distinct.partitioner()).contains(two);
    assertThat(distinct.collect()).containsExactly(new Tuple2<>(1, "a"), new Tuple2<>(1, "b"));
  }

  @Test
  void sample_takesAboutTheFractionInOrderAndTheSameForASeed() {
    RDD<Integer> numbers = numbers(1, 10_000, 4);

    List<Integer> sample = numbers.sample(false, 0.2, 7).collect();

    assertThat(sample).hasSizeBetween(1_800, 2_200).isSorted().doesNotHaveDuplicates();
    assertThat(numbers.sample(false, 0.2, 7).collect()).isEqualTo(sample);
    assertThat(numbers.sample(false, 0.2, 8).collect()).isNotEqualTo(sample);
    assertThat(numbers.sample(false, 0.2).collect())
        .isNotEqualTo(numbers.sample(false, 0.2).collect());
    assertThat(numbers.sample(false, 0).collect()).isEmpty();
    assertThat(numbers.sample(false, 1).count()).isEqualTo(10_000);
  }

  @Test
  void sample_withReplacementRepeatsRecords() {
    List<Integer> sample = numbers(1, 1_000, 3).sample(true, 3.0, 7).collect();

    assertThat(sample).hasSizeBetween(2_700, 3_300).isSorted();
    assertThat(new HashSet<>(sample)).hasSizeLessThan(sample.size());
  }

  @Test
  void sample_refusesFractionsOutOfRange() {
    RDD<Integer> numbers = numbers(1, 3, 1);

    assertThatThrownBy(() -> numbers.sample(false, 1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
    assertThatThrownBy(() -> numbers.sample(true, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> numbers.sample(true, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void randomSplit_putsEachRecordIntoExactlyOneSplit() {
    RDD<Integer>[] splits = numbers(1, 5_000, 3).randomSplit(new double[] {1, 2, 1}, 5);

    List<Integer> all = new ArrayList<>();
    for (RDD<Integer> split : splits) {
      all.addAll(split.collect());
    }
    assertThat(all).hasSize(5_000).doesNotHaveDuplicates();
    assertThat(splits[1].count()).isBetween(2_300L, 2_700L);
  }

  @Test
  void randomSplit_refusesWeightsThatDoNotDivide() {
    assertThatThrownBy(() -> numbers(1, 3, 1).randomSplit(new double[] {0, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0.0, 0.0]");
    assertThatThrownBy(() -> numbers(1, 3, 1).randomSplit(new double[] {2, -1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1.0");
  }

  @Test
  void repartition_dealsRecordsOutEvenly() {
    assertThat(numbers(1, 100, 1).repartition(3).glom().map(List::size).collect())
        .containsExactly(34, 33, 33);
    assertThat(numbers(1, 6, 3).repartition(2).glom().collect())
        .isEqualTo(numbers(1, 6, 3).repartition(2).glom().collect());
  }

  @Test
  void repartition_toMorePartitionsIsEven() {
    assertThat(numbers(1, 100, 10).repartition(20).glom().map(List::size).distinct().collect())
        .containsExactly(5);
    assertThat(numbers(1, 1_000, 100).repartition(400).glom().map(List::size).collect())
        .allMatch(size -> size == 2 || size == 3);
  }

  @Test
  void saveAsTextFile_refusesNull(@TempDir Path directory) {
    RDD<String> withNull = context.parallelize(Arrays.asList("a", null), 1);

    assertThatThrownBy(() -> withNull.saveAsTextFile(directory.resolve("out").toString()))
        .hasMessageContaining("map or filter null records before saveAsTextFile");
    assertThat(directory.resolve("out/part-00000")).doesNotExist();
  }

  @Test
  void coalesce_joinsNeighboursInOrder() {
    RDD<Integer> numbers = numbers(1, 5, 5);

    assertThat(numbers.coalesce(2).glom().collect())
        .containsExactly(List.of(1, 2), List.of(3, 4, 5));
    assertThat(numbers.coalesce(9).getNumPartitions()).isEqualTo(5);
    assertThat(numbers.coalesce(9, true).getNumPartitions()).isEqualTo(9);
    assertThatThrownBy(() -> numbers.coalesce(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numPartitions must be at least 1, not 0");
  }

  @Test
  void zip_pairsRecordsByPosition() {
    assertThat(numbers(1, 4, 2).zip(numbers(5, 8, 2)).collect())
        .containsExactly(pair(1, 5), pair(2, 6), pair(3, 7), pair(4, 8));
  }

  @Test
  void zip_refusesDifferentNumbersOfPartitionsAtOnce() {
    assertThatThrownBy(() -> numbers(1, 4, 2).zip(numbers(1, 4, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 3 partitions");
  }

  @Test
  void zip_failsForDifferentNumbersOfRecords() {
    assertThatThrownBy(() -> numbers(1, 4, 1).zip(numbers(1, 3, 1)).collect())
        .isInstanceOf(JobFailedException.class)
        .hasStackTraceContaining("the second one ended early");
  }

  @Test
  void zipPartitions_handsOverBothIterators() {
    RDD<String> joined =
        numbers(1, 4, 2)
            .zipPartitions(
                context.parallelize(List.of("a"), 2),
                (left, right) -> {
                  List<String> all = new ArrayList<>();
                  left.forEachRemaining(x -> all.add("l" + x));
                  right.forEachRemaining(x -> all.add("r" + x));
                  return all.iterator();
                });

    assertThat(partitions(joined)).containsExactly(List.of("l1", "l2"), List.of("l3", "l4", "ra"));
  }

  @Test
  void cartesian_pairsEachWithEach() {
    PairRDD<Integer, String> all =
        numbers(1, 3, 2).cartesian(context.parallelize(List.of("a", "b"), 2));

    assertThat(all.getNumPartitions()).isEqualTo(4);
    assertThat(all.collect())
        .containsExactlyInAnyOrder(
            new Tuple2<>(1, "a"),
            new Tuple2<>(1, "b"),
            new Tuple2<>(2, "a"),
            new Tuple2<>(2, "b"),
            new Tuple2<>(3, "a"),
            new Tuple2<>(3, "b"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void zipWithIndex_numbersRecordsThroughAllPartitions(int partitions) {
    PairRDD<String, Long> indexed =
        context.parallelize(List.of("a", "b", "c", "d"), partitions).zipWithIndex();

    assertThat(indexed.values().collect()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(indexed.coalesce(1).values().collect()).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void zipWithUniqueId_stepsByTheNumberOfPartitions() {
    PairRDD<Integer, Long> numbered = numbers(1, 5, 2).zipWithUniqueId();

    assertThat(numbered.values().collect()).containsExactly(0L, 2L, 1L, 3L, 5L);
    assertThat(numbered.coalesce(1).values().collect()).containsExactly(0L, 2L, 1L, 3L, 5L);
  }

  @Test
  void intersection_hasEachSharedRecordOnce() {
    RDD<Integer> left = context.parallelize(List.of(1, 2, 2, 3, 4), 3);
    RDD<Integer> right = context.parallelize(List.of(2, 4, 4, 5), 2);

    assertThat(left.intersection(right).collect()).containsExactlyInAnyOrder(2, 4);
    assertThat(left.intersection(right).getNumPartitions()).isEqualTo(3);
  }

  @Test
  void subtract_keepsDuplicatesOfWhatTheOtherLacks() {
    RDD<Integer> left = context.parallelize(List.of(1, 2, 1, 3, 4), 2);
    RDD<Integer> right = context.parallelize(List.of(3, 2), 1);

    assertThat(left.subtract(right).collect()).containsExactlyInAnyOrder(1, 1, 4);
    assertThat(left.subtract(right).getNumPartitions()).isEqualTo(2);
    assertThat(left.subtract(right, 1).collect()).containsExactly(1, 1, 4);
    assertThat(left.subtract(right, new HashPartitioner(5)).getNumPartitions()).isEqualTo(5);
  }

  @Test
  void subtract_ofPlacedPairsComparesWholePairs() {
    Partitioner byKey = new HashPartitioner(2);
    PairRDD<Integer, Integer> left =
        context.parallelizePairs(List.of(pair(1, 1), pair(1, 2)), 1).partitionBy(byKey);
    PairRDD<Integer, Integer> right = context.parallelizePairs(List.of(pair(1, 1)), 1);

    assertThat(left.subtract(right, byKey).collect()).containsExactly(pair(1, 2));
    assertThat(left.subtract(right).collect()).containsExactly(pair(1, 2));
  }

  @Test
  void groupBy_gathersRecordsInOrder() {
    PairRDD<Integer, Iterable<Integer>> groups = numbers(1, 6, 3).groupBy(x -> x % 2, 1);

    assertThat(groups.collect())
        .extracting(Tuple2::_1, group -> toList(group._2()))
        .containsExactly(tuple(1, List.of(1, 3, 5)), tuple(0, List.of(2, 4, 6)));
  }

  @Test
  void sortBy_sortsStablyAcrossPartitions() {
    RDD<String> words = context.parallelize(List.of("bb", "a", "cc", "b", "aa", "c", "ddd"), 3);

    assertThat(words.sortBy(String::length, true, 2).collect())
        .containsExactly("a", "b", "c", "bb", "cc", "aa", "ddd");
    assertThat(words.sortBy(x -> x, false, 3).collect())
        .containsExactly("ddd", "cc", "c", "bb", "b", "aa", "a");
  }

  @Test
  void operations_refuseFunctionsThatCannotTravel() {
    Object notSerializable = new Object();
    Function<Integer, Integer> captures = x -> x + notSerializable.hashCode();

    assertThatThrownBy(() -> numbers(1, 2, 1).map(captures))
        .isInstanceOf(NotSerializableFunctionException.class)
        .hasMessageContaining("map");
    assertThatThrownBy(() -> numbers(1, 2, 1).map(null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("map: the function is null");
  }

  @Test
  void aFailingFunction_failsTheJobWithItsException() {
    assertThatThrownBy(() -> numbers(1, 2, 1).map(x -> x / 0).collect())
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseInstanceOf(ArithmeticException.class);
  }

  @Test
  void results_areTheSameAtEachRunWhateverTheTiming() {
    RDD<Integer> skewed = numbers(1, 20_000, 16).filter(x -> x % 7 != 0);
    PairRDD<Integer, Iterable<Integer>> groups = skewed.groupBy(x -> x % 10 < 9 ? 0 : x % 100);

    List<String> first = groups.map(Tuple2::toString).collect();
    for (int run = 0; run < 3; run++) {
      assertThat(groups.map(Tuple2::toString).collect()).isEqualTo(first);
    }
  }

  private RDD<Integer> numbers(int from, int to, int partitions) {
    return context.parallelize(IntStream.rangeClosed(from, to).boxed().toList(), partitions);
  }

  private static <A, B> Tuple2<A, B> pair(A a, B b) {
    return new Tuple2<>(a, b);
  }

  private static <T> List<List<T>> partitions(RDD<T> rdd) {
    return rdd.glom().collect();
  }

  private static <T> List<T> toList(Iterable<T> values) {
    List<T> list = new ArrayList<>();
    values.forEach(list::add);
    return list;
  }
}
