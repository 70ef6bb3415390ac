package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input batches against output batches for every operation on single records. */
@Timeout(30)
class StreamOperationsTest {

  /** Two batches with records, an empty one between, and one without dataset. */
  private static final List<List<Integer>> NUMBERS =
      asList(List.of(1, 2, 3, 4, 5), List.of(), null, List.of(6, 2));

  /** What comes out of the batches of {@link #NUMBERS}, and of one after them. */
  private static <T> List<List<T>> run(
      int numPartitions, Function<DStream<Integer>, ? extends DStreamLike<T, ?, ?>> program)
      throws InterruptedException {
    try (StreamTest test = new StreamTest()) {
      Recorded<T> recorded = test.record(program.apply(test.input(NUMBERS, numPartitions)));
      test.run(5);
      return recorded.batches();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void input_comesAsItIsGiven(int numPartitions) throws Exception {
    assertThat(run(numPartitions, numbers -> numbers))
        .isEqualTo(asList(List.of(1, 2, 3, 4, 5), List.of(), null, List.of(6, 2), List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void map_givesOneRecordForEach(int numPartitions) throws Exception {
    assertThat(run(numPartitions, numbers -> numbers.map(i -> "n" + i)))
        .isEqualTo(
            asList(
                List.of("n1", "n2", "n3", "n4", "n5"),
                List.of(),
                null,
                List.of("n6", "n2"),
                List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void flatMap_givesAnyNumberForEach(int numPartitions) throws Exception {
    assertThat(
            run(
                numPartitions,
                numbers ->
                    numbers.flatMap(
                        i -> (i % 2 == 0 ? List.of(i, i) : List.<Integer>of()).iterator())))
        .isEqualTo(asList(List.of(2, 2, 4, 4), List.of(), null, List.of(6, 6, 2, 2), List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void filter_keepsWhatFits(int numPartitions) throws Exception {
    assertThat(run(numPartitions, numbers -> numbers.filter(i -> i > 2)))
        .isEqualTo(asList(List.of(3, 4, 5), List.of(), null, List.of(6), List.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void mapToPair_givesOnePairForEach(int numPartitions) throws Exception {
    assertThat(run(numPartitions, numbers -> numbers.mapToPair(i -> Tuple2.of(i % 2, i))).get(3))
        .containsExactly(Tuple2.of(0, 6), Tuple2.of(0, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void flatMapToPair_givesAnyNumberOfPairsForEach(int numPartitions) throws Exception {
    List<List<Tuple2<Integer, String>>> batches =
        run(
            numPartitions,
            numbers ->
                numbers.flatMapToPair(
                    i -> List.of(Tuple2.of(i, "a"), Tuple2.of(-i, "b")).iterator()));
    assertThat(batches.get(3))
        .containsExactly(
            Tuple2.of(6, "a"), Tuple2.of(-6, "b"), Tuple2.of(2, "a"), Tuple2.of(-2, "b"));
    assertThat(batches.get(1)).isEmpty();
    assertThat(batches.get(2)).isNull();
  }

  private static int sumOf(Iterator<Integer> numbers) {
    int sum = 0;
    while (numbers.hasNext()) {
      sum += numbers.next();
    }
    return sum;
  }

  @Test
  void mapPartitions_seesEachPartitionAsAWhole() throws Exception {
    assertThat(run(2, numbers -> numbers.mapPartitions(part -> List.of(sumOf(part)).iterator())))
        .isEqualTo(asList(List.of(3, 12), List.of(0, 0), null, List.of(6, 2), List.of(0, 0)));
  }

  @Test
  void mapPartitionsToPair_seesEachPartitionAsAWhole() throws Exception {
    assertThat(
            run(
                    2,
                    numbers ->
                        numbers.mapPartitionsToPair(
                            part -> List.of(Tuple2.of("sum", sumOf(part))).iterator()))
                .get(0))
        .containsExactly(Tuple2.of("sum", 3), Tuple2.of("sum", 12));
  }

  @Test
  void glom_givesOneListForEachPartition() throws Exception {
    assertThat(run(3, DStream::glom))
        .isEqualTo(
            asList(
                List.of(List.of(1), List.of(2, 3), List.of(4, 5)),
                List.of(List.of(), List.of(), List.of()),
                null,
                List.of(List.of(), List.of(6), List.of(2)),
                List.of(List.of(), List.of(), List.of())));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void repartition_spreadsRecordsEvenly(int numPartitions) throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded = test.record(test.input(NUMBERS, 1).repartition(numPartitions));
      test.run(4);
      List<List<Integer>> first = recorded.partitions().get(0);
      assertThat(first).hasSize(numPartitions);
      assertThat(first.stream().mapToInt(List::size)).allMatch(size -> size >= 5 / numPartitions);
      assertThat(recorded.batches().get(0)).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
      assertThat(recorded.partitions().get(1)).hasSize(numPartitions);
      assertThat(recorded.partitions().get(2)).isNull();
    }
  }

  @Test
  void union_hasTheRecordsOfBoth_thisOnesFirst() throws Exception {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> left = test.input(asList(List.of(1, 2), null, List.of(), null), 2);
      DStream<Integer> right = test.input(asList(List.of(7), List.of(8), null, null), 1);
      Recorded<Integer> recorded = test.record(left.union(right));
      test.run(4);
      assertThat(recorded.batches())
          .isEqualTo(asList(List.of(1, 2, 7), List.of(8), List.of(), null));
    }
  }

  @Test
  void union_withItself_doublesRecords() throws Exception {
    assertThat(run(2, numbers -> numbers.union(numbers)).get(3)).containsExactly(6, 2, 6, 2);
  }

  @Test
  void union_refusesAStreamOfAnotherContext() {
    try (StreamTest test = new StreamTest();
        StreamTest other = new StreamTest()) {
      DStream<Integer> mine = test.input(NUMBERS, 1);
      DStream<Integer> its = other.input(NUMBERS, 1);
      assertThatThrownBy(() -> mine.union(its))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("union")
          .hasMessageContaining("another streaming context");
    }
  }

  @Test
  void contextUnion_hasTheRecordsOfAll_inOrder() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(
              test.context()
                  .union(
                      test.input(List.of(List.of(1)), 1),
                      test.input(List.of(List.of(2, 3)), 2),
                      test.input(List.of(List.of(4)), 1)));
      test.run(1);
      assertThat(recorded.batches()).containsExactly(List.of(1, 2, 3, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void count_isOneRecordPerBatch_zeroForNone(int numPartitions) throws Exception {
    assertThat(run(numPartitions, DStream::count))
        .isEqualTo(List.of(List.of(5L), List.of(0L), List.of(0L), List.of(2L), List.of(0L)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void countByValue_countsWithinTheBatch(int numPartitions) throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Long>> recorded =
          test.record(
              test.input(asList(List.of("a", "b", "a"), List.of(), null), numPartitions)
                  .countByValue(2));
      test.run(3);
      assertThat(recorded.batches().get(0))
          .containsExactlyInAnyOrder(Tuple2.of("a", 2L), Tuple2.of("b", 1L));
      assertThat(recorded.partitions().get(0)).hasSize(2);
      assertThat(recorded.batches().get(1)).isEmpty();
      assertThat(recorded.batches().get(2)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void reduce_givesOneRecord_noneForNone(int numPartitions) throws Exception {
    assertThat(run(numPartitions, numbers -> numbers.reduce(Integer::sum)))
        .isEqualTo(asList(List.of(15), List.of(), null, List.of(8), List.of()));
  }

  @Test
  void reduce_combinesInOrderOfArrival() throws Exception {
    assertThat(run(3, numbers -> numbers.map(String::valueOf).reduce(String::concat)).get(0))
        .containsExactly("12345");
  }

  @Test
  void operations_refuseAMissingFunctionWhenDeclared() {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      assertThatThrownBy(() -> numbers.map(null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("map");
      assertThatThrownBy(() -> numbers.filter(null)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> numbers.reduce(null)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void repartition_refusesNumbersBelowOne() {
    try (StreamTest test = new StreamTest()) {
      DStream<Integer> numbers = test.input(NUMBERS, 1);
      assertThatThrownBy(() -> numbers.repartition(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("repartition needs a positive number, not 0");
      assertThatThrownBy(() -> numbers.print(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
