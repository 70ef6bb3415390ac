package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input batches against output batches for every operation on pairs. */
@Timeout(30)
class PairStreamOperationsTest {

  private static final List<List<Tuple2<String, Integer>>> PAIRS =
      asList(
          List.of(pair("a", 1), pair("b", 2), pair("a", 3), pair("c", 4), pair("a", 5)),
          List.of(),
          null,
          List.of(pair("b", 6)));

  private static final List<List<Tuple2<String, String>>> NAMES =
      asList(
          List.of(pair("a", "x"), pair("d", "y"), pair("a", "z")),
          List.of(pair("a", "w")),
          List.of(pair("e", "v")),
          null);

  private static <K, V> Tuple2<K, V> pair(K key, V value) {
    return Tuple2.of(key, value);
  }

  private static <T> List<T> listOf(Iterable<T> records) {
    List<T> list = new ArrayList<>();
    records.forEach(list::add);
    return list;
  }

  private static <T> List<List<T>> run(
      int numPartitions,
      Function<PairDStream<String, Integer>, ? extends DStreamLike<T, ?, ?>> program)
      throws InterruptedException {
    try (StreamTest test = new StreamTest()) {
      Recorded<T> recorded = test.record(program.apply(test.pairInput(PAIRS, numPartitions)));
      test.run(4);
      return recorded.batches();
    }
  }

  private static <T> List<List<T>> runBoth(
      BiFunction<
              PairDStream<String, Integer>,
              PairDStream<String, String>,
              ? extends DStreamLike<T, ?, ?>>
          program)
      throws InterruptedException {
    try (StreamTest test = new StreamTest()) {
      Recorded<T> recorded =
          test.record(program.apply(test.pairInput(PAIRS, 2), test.pairInput(NAMES, 3)));
      test.run(4);
      return recorded.batches();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void mapValues_changesValuesAlone(int numPartitions) throws Exception {
    assertThat(run(numPartitions, pairs -> pairs.mapValues(i -> i * 10)))
        .isEqualTo(
            asList(
                List.of(pair("a", 10), pair("b", 20), pair("a", 30), pair("c", 40), pair("a", 50)),
                List.of(),
                null,
                List.of(pair("b", 60))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void flatMapValues_givesAnyNumberForEach(int numPartitions) throws Exception {
    assertThat(
            run(
                numPartitions,
                pairs ->
                    pairs.flatMapValues(
                        i -> (i > 3 ? List.of(i, -i) : List.<Integer>of()).iterator())))
        .isEqualTo(
            asList(
                List.of(pair("c", 4), pair("c", -4), pair("a", 5), pair("a", -5)),
                List.of(),
                null,
                List.of(pair("b", 6), pair("b", -6))));
  }

  @Test
  void filter_staysAStreamOfPairs() throws Exception {
    assertThat(run(2, pairs -> pairs.filter(p -> p._2() > 1).reduceByKey(Integer::sum, 1)).get(0))
        .containsExactlyInAnyOrder(pair("a", 8), pair("b", 2), pair("c", 4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void reduceByKey_combinesTheValuesOfEachKey(int numPartitions) throws Exception {
    List<List<Tuple2<String, Integer>>> batches =
        run(numPartitions, pairs -> pairs.reduceByKey(Integer::sum));
    assertThat(batches.get(0)).containsExactlyInAnyOrder(pair("a", 9), pair("b", 2), pair("c", 4));
    assertThat(batches.get(1)).isEmpty();
    assertThat(batches.get(2)).isNull();
    assertThat(batches.get(3)).containsExactly(pair("b", 6));
  }

  @Test
  void reduceByKey_putsKeysWhereThePartitionerSays() throws Exception {
    try (StreamTest test = new StreamTest()) {
      HashPartitioner three = new HashPartitioner(3);
      Recorded<Tuple2<String, Integer>> recorded =
          test.record(test.pairInput(PAIRS, 2).reduceByKey(Integer::sum, three));
      test.run(1);
      List<List<Tuple2<String, Integer>>> partitions = recorded.partitions().get(0);
      assertThat(partitions).hasSize(3);
      for (int i = 0; i < 3; i++) {
        int partition = i;
        assertThat(partitions.get(i)).allMatch(pair -> three.getPartition(pair._1()) == partition);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void groupByKey_keepsOrderOfArrival(int numPartitions) throws Exception {
    List<List<Tuple2<String, List<Integer>>>> batches =
        run(
            numPartitions,
            pairs -> pairs.groupByKey(2).mapValues(PairStreamOperationsTest::listOf));
    assertThat(batches.get(0))
        .containsExactlyInAnyOrder(
            pair("a", List.of(1, 3, 5)), pair("b", List.of(2)), pair("c", List.of(4)));
    assertThat(batches.get(1)).isEmpty();
    assertThat(batches.get(2)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void combineByKey_combinesIntoAnotherType(boolean mapSideCombine) throws Exception {
    List<List<Tuple2<String, String>>> batches =
        run(
            3,
            pairs ->
                pairs.combineByKey(
                    i -> "" + i,
                    (text, i) -> text + i,
                    (left, right) -> left + right,
                    new HashPartitioner(2),
                    mapSideCombine));
    assertThat(batches.get(0))
        .containsExactlyInAnyOrder(pair("a", "135"), pair("b", "2"), pair("c", "4"));
    assertThat(batches.get(3)).containsExactly(pair("b", "6"));
  }

  @Test
  void cogroup_hasTheKeysOfBoth_aMissingDatasetCountsAsEmpty() throws Exception {
    List<List<Tuple2<String, Tuple2<List<Integer>, List<String>>>>> batches =
        runBoth(
            (numbers, names) ->
                numbers
                    .cogroup(names, 2)
                    .mapValues(both -> pair(listOf(both._1()), listOf(both._2()))));
    assertThat(batches.get(0))
        .containsExactlyInAnyOrder(
            pair("a", pair(List.of(1, 3, 5), List.of("x", "z"))),
            pair("b", pair(List.of(2), List.of())),
            pair("c", pair(List.of(4), List.of())),
            pair("d", pair(List.of(), List.of("y"))));
    assertThat(batches.get(1)).containsExactly(pair("a", pair(List.of(), List.of("w"))));
    assertThat(batches.get(2)).containsExactly(pair("e", pair(List.of(), List.of("v"))));
    assertThat(batches.get(3)).containsExactly(pair("b", pair(List.of(6), List.of())));
  }

  @Test
  void join_hasTheKeysThatAreInBoth() throws Exception {
    List<List<Tuple2<String, Tuple2<Integer, String>>>> batches =
        runBoth((numbers, names) -> numbers.join(names));
    assertThat(batches.get(0))
        .containsExactly(
            pair("a", pair(1, "x")),
            pair("a", pair(1, "z")),
            pair("a", pair(3, "x")),
            pair("a", pair(3, "z")),
            pair("a", pair(5, "x")),
            pair("a", pair(5, "z")));
    assertThat(batches.subList(1, 4)).containsOnly(List.of());
  }

  @Test
  void leftOuterJoin_keepsWhatTheOtherLacks() throws Exception {
    List<List<Tuple2<String, Tuple2<Integer, Optional<String>>>>> batches =
        runBoth((numbers, names) -> numbers.leftOuterJoin(names, 3));
    assertThat(batches.get(0))
        .hasSize(8)
        .contains(
            pair("a", pair(5, Optional.of("z"))),
            pair("b", pair(2, Optional.empty())),
            pair("c", pair(4, Optional.empty())));
    assertThat(batches.get(1)).isEmpty();
    assertThat(batches.get(2)).isEmpty();
    assertThat(batches.get(3)).containsExactly(pair("b", pair(6, Optional.empty())));
  }

  @Test
  void rightOuterJoin_keepsWhatThisOneLacks() throws Exception {
    List<List<Tuple2<String, Tuple2<Optional<Integer>, String>>>> batches =
        runBoth((numbers, names) -> numbers.rightOuterJoin(names, new HashPartitioner(1)));
    assertThat(batches.get(0))
        .hasSize(7)
        .contains(pair("a", pair(Optional.of(1), "x")), pair("d", pair(Optional.empty(), "y")));
    assertThat(batches.get(1)).containsExactly(pair("a", pair(Optional.empty(), "w")));
    assertThat(batches.get(2)).containsExactly(pair("e", pair(Optional.empty(), "v")));
    assertThat(batches.get(3)).isEmpty();
  }

  @Test
  void fullOuterJoin_keepsEverything() throws Exception {
    List<List<Tuple2<String, Tuple2<Optional<Integer>, Optional<String>>>>> batches =
        runBoth((numbers, names) -> numbers.fullOuterJoin(names));
    assertThat(batches.get(0))
        .hasSize(9)
        .contains(
            pair("b", pair(Optional.of(2), Optional.empty())),
            pair("d", pair(Optional.empty(), Optional.of("y"))));
    assertThat(batches.get(2)).containsExactly(pair("e", pair(Optional.empty(), Optional.of("v"))));
    assertThat(batches.get(3)).containsExactly(pair("b", pair(Optional.of(6), Optional.empty())));
  }

  @Test
  void contextUnion_ofPairs_staysAStreamOfPairs() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> pairs = test.pairInput(PAIRS, 2);
      Recorded<Tuple2<String, Integer>> recorded =
          test.record(test.context().union(pairs, pairs).reduceByKey(Integer::sum));
      test.run(1);
      assertThat(recorded.batches().get(0)).contains(pair("a", 18), pair("b", 4), pair("c", 8));
    }
  }

  @Test
  void toDStream_andBack_moveNothing() throws Exception {
    assertThat(run(2, pairs -> PairDStream.fromDStream(pairs.toDStream())).get(3))
        .containsExactly(pair("b", 6));
  }

  @Test
  void combineByKey_refusesEachMissingFunctionWhenDeclared() {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> pairs = test.pairInput(PAIRS, 1);
      HashPartitioner two = new HashPartitioner(2);
      assertThatThrownBy(() -> pairs.combineByKey(null, Integer::sum, Integer::sum, two))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pairs.<Integer>combineByKey(i -> i, Integer::sum, null, two))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("combineByKey");
    }
  }

  @Test
  void join_refusesStreamsOfDifferentSlide() {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> pairs = test.pairInput(PAIRS, 1);
      PairDStream<String, Integer> slow =
          pairs.window(java.time.Duration.ofSeconds(2), java.time.Duration.ofSeconds(2));
      assertThatThrownBy(() -> pairs.join(slow))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1000 ms")
          .hasMessageContaining("2000 ms");
    }
  }
}
