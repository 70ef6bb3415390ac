package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.millrace.JobFailedException;
import io.millrace.NotSerializableFunctionException;
import io.millrace.Tuple2;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 13})
  void collect_yieldsPartitionsInOrderInAListOfTheCallersOwn(int partitions) {
    List<Integer> collected = numbers(1, 10, partitions).collect();

    assertThat(collected).isEqualTo(IntStream.rangeClosed(1, 10).boxed().toList());
    collected.add(11);
    assertThat(numbers(1, 10, partitions).collect()).hasSize(10);
  }

  @Test
  void collectPartitions_yieldsThoseAskedForInThatOrder() {
    assertThat(numbers(1, 6, 3).collectPartitions(new int[] {2, 0}))
        .containsExactly(List.of(5, 6), List.of(1, 2));
    assertThatThrownBy(() -> numbers(1, 6, 3).collectPartitions(new int[] {3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no partition 3 of 3");
  }

  @Test
  void toLocalIterator_runsAJobForEachPartitionWhenItIsReached() {
    LongAccumulator computed = context.longAccumulator();
    Iterator<Integer> iterator =
        numbers(1, 6, 3)
            .map(
                x -> {
                  computed.add(1);
                  return x;
                })
            .toLocalIterator();

    assertThat(computed.value()).isZero();
    assertThat(iterator.next()).isEqualTo(1);
    assertThat(computed.value()).isEqualTo(2);
    assertThat(iterator).toIterable().containsExactly(2, 3, 4, 5, 6);
  }

  @Test
  void count_addsUpPartitions() {
    assertThat(numbers(1, 10, 4).count()).isEqualTo(10);
    assertThat(numbers(1, 10, 4).filter(x -> x > 8).count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 9})
  void reduce_joinsInOrder(int partitions) {
    RDD<String> letters = context.parallelize(List.of("a", "b", "c", "d", "e"), partitions);

    assertThat(letters.reduce((a, b) -> a + b)).isEqualTo("abcde");
    assertThat(letters.fold("", (a, b) -> a + b)).isEqualTo("abcde");
    assertThat(letters.aggregate(0, (sum, s) -> sum + s.length(), Integer::sum)).isEqualTo(5);
  }

  @Test
  void reduce_ofNothingSaysSo() {
    assertThatThrownBy(() -> numbers(1, 5, 2).filter(x -> false).reduce(Integer::sum))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("reduce of an empty dataset");
    assertThatThrownBy(() -> numbers(1, 5, 2).filter(x -> false).max(Integer::compare))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("max of an empty dataset");
  }

  @Test
  void reduce_reportsACheckedExceptionOfTheFunction() {
    RDD<Integer> one = numbers(1, 2, 2);

    assertThatThrownBy(
            () ->
                one.reduce(
                    (a, b) -> {
                      throw new Exception("no sum");
                    }))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("reduce")
        .hasRootCauseMessage("no sum");
  }

  @Test
  void fold_beginsWithTheZeroInEachPartitionAndOnceMore() {
    assertThat(numbers(1, 3, 2).fold(10, Integer::sum)).isEqualTo(36);
    assertThat(context.<Integer>emptyRDD().fold(10, Integer::sum)).isEqualTo(10);
  }

  @Test
  void aggregate_givesEachPartitionItsOwnZero() {
    List<Integer> zero = new ArrayList<>();

    List<Integer> all =
        numbers(1, 6, 3)
            .aggregate(
                zero,
                (list, x) -> {
                  list.add(x);
                  return list;
                },
                (a, b) -> {
                  a.addAll(b);
                  return a;
                });

    assertThat(all).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(zero).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 30})
  void take_yieldsTheFirstRecords(int partitions) {
    RDD<Integer> numbers = numbers(1, 10, partitions);

    assertThat(numbers.take(0)).isEmpty();
    assertThat(numbers.take(3)).containsExactly(1, 2, 3);
    assertThat(numbers.take(100)).hasSize(10);
    assertThat(numbers.first()).isEqualTo(1);
    assertThat(numbers.filter(x -> x > 9).take(1)).containsExactly(10);
  }

  @Test
  void take_computesNoMorePartitionsThanNeeded() {
    LongAccumulator computed = context.longAccumulator();
    RDD<Integer> counted =
        numbers(1, 100, 100)
            .map(
                x -> {
                  computed.add(1);
                  return x;
                });

    assertThat(counted.first()).isEqualTo(1);
    assertThat(computed.value()).isEqualTo(1);
  }

  @Test
  void take_refusesANegativeNumber() {
    assertThatThrownBy(() -> numbers(1, 3, 1).take(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("num must not be negative, not -1");
  }

  @Test
  void first_ofNothingSaysSo() {
    assertThatThrownBy(() -> numbers(1, 3, 2).filter(x -> false).first())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("first of an empty dataset");
  }

  @Test
  void isEmpty_looksIntoAllPartitions() {
    assertThat(numbers(1, 100, 10).filter(x -> x == 100).isEmpty()).isFalse();
    assertThat(numbers(1, 100, 10).filter(x -> x == 101).isEmpty()).isTrue();
  }

  @Test
  void maxAndMin_takeTheFirstOfEqualRecords() {
    RDD<Tuple2<Integer, String>> pairs =
        context.parallelize(
            List.of(
                new Tuple2<>(1, "a"),
                new Tuple2<>(2, "b"),
                new Tuple2<>(2, "c"),
                new Tuple2<>(1, "d")),
            3);

    assertThat(pairs.max((a, b) -> a._1() - b._1())._2()).isEqualTo("b");
    assertThat(pairs.min((a, b) -> a._1() - b._1())._2()).isEqualTo("a");
    assertThat(numbers(1, 9, 3).max(Comparator.naturalOrder())).isEqualTo(9);
    assertThat(numbers(1, 9, 3).min(Comparator.reverseOrder())).isEqualTo(9);
  }

  @Test
  void max_refusesAComparatorThatCannotTravel() {
    Comparator<Integer> plain = (a, b) -> a - b;

    assertThatThrownBy(() -> numbers(1, 9, 3).max(plain))
        .isInstanceOf(NotSerializableFunctionException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void topAndTakeOrdered_agreeWithSorting(int partitions) {
    List<Integer> shuffled = new Random(1).ints(2_000, 0, 500).boxed().toList();
    RDD<Integer> numbers = context.parallelize(shuffled, partitions);
    List<Integer> sorted = shuffled.stream().sorted().toList();
    List<Integer> descending = shuffled.stream().sorted(Comparator.reverseOrder()).toList();

    for (int num : new int[] {0, 1, 10, 700, 2_000, 5_000}) {
      int expected = Math.min(num, 2_000);
      assertThat(numbers.takeOrdered(num)).isEqualTo(sorted.subList(0, expected));
      assertThat(numbers.top(num)).isEqualTo(descending.subList(0, expected));
    }
    assertThat(numbers.top(3, (a, b) -> b - a)).isEqualTo(sorted.subList(0, 3));
    assertThat(numbers.takeOrdered(3, (a, b) -> b - a)).isEqualTo(descending.subList(0, 3));
  }

  @Test
  void takeOrdered_takesThoseOfEqualRecordsThatComeFirst() {
    RDD<String> words = context.parallelize(List.of("bb", "aa", "b", "cc", "a", "c"), 3);

    assertThat(words.takeOrdered(4, (x, y) -> x.length() - y.length()))
        .containsExactly("b", "a", "c", "bb");
    assertThat(words.top(2, (x, y) -> x.length() - y.length())).containsExactly("bb", "aa");
  }

  @Test
  void takeSample_hasExactlyTheSizeAskedFor() {
    RDD<Integer> numbers = numbers(1, 1_000, 7);

    List<Integer> sample = numbers.takeSample(false, 100, 3);

    assertThat(sample).hasSize(100).doesNotHaveDuplicates().allMatch(x -> x >= 1 && x <= 1_000);
    assertThat(numbers.takeSample(false, 100, 3)).isEqualTo(sample);
    assertThat(numbers.takeSample(false, 5_000, 3)).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(numbers.takeSample(true, 5_000, 3)).hasSize(5_000);
    assertThat(numbers.takeSample(false, 0)).isEmpty();
  }

  @Tag("embedded") // thousands of jobs, for what no engine has a part in
  @Test
  void takeSample_choosesEachRecordEquallyOften() {
    int[] chosen = new int[10];
    RDD<Integer> numbers = numbers(0, 9, 3);
    for (int seed = 0; seed < 300; seed++) {
      numbers.takeSample(false, 5, seed).forEach(x -> chosen[x]++);
    }

    assertThat(chosen).satisfies(counts -> assertThat(IntStream.of(counts)).allMatch(n -> n > 110));
  }

  @Test
  void foreach_seesEachRecordOnce() {
    LongAccumulator sum = context.longAccumulator();
    numbers(1, 10, 3).foreach(x -> sum.add(x));
    assertThat(sum.value()).isEqualTo(55);
    assertThat(sum.count()).isEqualTo(10);

    LongAccumulator partitions = context.longAccumulator();
    numbers(1, 2, 5).foreachPartition(records -> partitions.add(1));
    assertThat(partitions.value()).isEqualTo(5);
  }

  @Test
  void countByValue_countsDistinctRecords() {
    Map<String, Long> counts =
        context.parallelize(List.of("a", "b", "a", "c", "a"), 3).countByValue();

    assertThat(counts).containsOnly(entry("a", 3L), entry("b", 1L), entry("c", 1L));
  }

  @Test
  void aFunction_cannotUseADatasetInATask() {
    RDD<Integer> inner = numbers(1, 2, 1);

    assertThatThrownBy(() -> numbers(1, 2, 1).foreach(x -> inner.count()))
        .isInstanceOf(NotSerializableFunctionException.class)
        .hasMessageContaining("RDD");
  }

  private RDD<Integer> numbers(int from, int to, int partitions) {
    return context.parallelize(IntStream.rangeClosed(from, to).boxed().toList(), partitions);
  }
}
