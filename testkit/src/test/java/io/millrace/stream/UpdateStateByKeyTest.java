package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.function.FlatMapFunction;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State that is updated for every key in every batch: input batches to output batches. */
@Timeout(60)
class UpdateStateByKeyTest {

  private static final HashPartitioner TWO = new HashPartitioner(2);

  private static <V> Tuple2<String, V> pair(@Nullable String key, V value) {
    return new Tuple2<>(key, value);
  }

  /** The text so far and what comes, in order; forgotten once a value is "gone". */
  private static Optional<String> append(List<String> values, Optional<String> state) {
    return values.contains("gone")
        ? Optional.empty()
        : Optional.of(state.orElse("") + String.join("", values) + ".");
  }

  private static Iterator<Tuple2<String, String>> appendAll(
      Iterator<Tuple3<String, List<String>, Optional<String>>> keys) {
    List<Tuple2<String, String>> states = new ArrayList<>();
    while (keys.hasNext()) {
      Tuple3<String, List<String>, Optional<String>> key = keys.next();
      append(key._2(), key._3()).ifPresent(state -> states.add(pair(key._1(), state)));
    }
    return states.iterator();
  }

  private static PairRDD<String, String> initial(PairDStream<String, String> input) {
    return input
        .context()
        .rddContext()
        .parallelizePairs(List.of(pair("a", "A"), pair("z", "old"), pair("z", "Z")), 1);
  }

  private interface Form
      extends BiFunction<
          PairDStream<String, String>, PairRDD<String, String>, PairDStream<String, String>> {}

  static Stream<Arguments> formsWithoutInitialState() {
    FlatMapFunction<
            Iterator<Tuple3<String, List<String>, Optional<String>>>, Tuple2<String, String>>
        byPartition = UpdateStateByKeyTest::appendAll;
    return Stream.of(
        Arguments.of("default", (Form) (in, i) -> in.updateStateByKey((v, s) -> append(v, s))),
        Arguments.of("number", (Form) (in, i) -> in.updateStateByKey((v, s) -> append(v, s), 2)),
        Arguments.of(
            "partitioner", (Form) (in, i) -> in.updateStateByKey((v, s) -> append(v, s), TWO)),
        Arguments.of(
            "time", (Form) (in, i) -> in.updateStateByKey((t, k, v, s) -> append(v, s), TWO)),
        Arguments.of("partition", (Form) (in, i) -> in.updateStateByPartition(byPartition, TWO)));
  }

  static Stream<Arguments> formsWithInitialState() {
    FlatMapFunction<
            Iterator<Tuple3<String, List<String>, Optional<String>>>, Tuple2<String, String>>
        byPartition = UpdateStateByKeyTest::appendAll;
    return Stream.of(
        Arguments.of(
            "partitioner", (Form) (in, i) -> in.updateStateByKey((v, s) -> append(v, s), TWO, i)),
        Arguments.of(
            "time", (Form) (in, i) -> in.updateStateByKey((t, k, v, s) -> append(v, s), TWO, i)),
        Arguments.of(
            "partition", (Form) (in, i) -> in.updateStateByPartition(byPartition, TWO, i)));
  }

  private static final List<@Nullable List<Tuple2<String, String>>> BATCHES =
      asList(
          List.of(pair("a", "1"), pair("b", "2"), pair("a", "3")),
          null,
          List.of(pair(null, "4"), pair("b", "gone")),
          List.of(),
          List.of(pair("b", "5")));

  private static List<List<Tuple2<String, String>>> sorted(
      List<@Nullable List<Tuple2<String, String>>> batches) {
    return batches.stream()
        .map(
            batch ->
                batch.stream()
                    .sorted(Comparator.comparing((Tuple2<String, String> p) -> "" + p._1()))
                    .toList())
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formsWithoutInitialState")
  void everyKeyIsUpdatedInEveryBatch_alsoWithoutRecords(String name, Form form) throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, String> input = test.pairInput(BATCHES, 3);
      Recorded<Tuple2<String, String>> states = test.record(form.apply(input, initial(input)));
      test.run(5);
      assertThat(sorted(states.batches()))
          .containsExactly(
              List.of(pair("a", "13."), pair("b", "2.")),
              List.of(pair("a", "13.."), pair("b", "2..")),
              List.of(pair("a", "13..."), pair(null, "4.")),
              List.of(pair("a", "13...."), pair(null, "4..")),
              List.of(pair("a", "13....."), pair("b", "5."), pair(null, "4...")));
      assertThat(states.partitions().get(0)).hasSize(2);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formsWithInitialState")
  void initialState_isWhatTheFirstBatchFinds(String name, Form form) throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, String> input = test.pairInput(BATCHES, 3);
      Recorded<Tuple2<String, String>> states = test.record(form.apply(input, initial(input)));
      test.run(2);
      assertThat(sorted(states.batches()))
          .containsExactly(
              List.of(pair("a", "A13."), pair("b", "2."), pair("z", "Z.")),
              List.of(pair("a", "A13.."), pair("b", "2.."), pair("z", "Z..")));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void valuesComeInOrderOfArrival_whenOneKeyHasMostOfThem(int numPartitions) throws Exception {
    List<Tuple2<String, String>> batch =
        IntStream.range(0, 3000)
            .mapToObj(i -> pair(i % 10 < 7 ? "hot" : "k" + i % 10, i + ","))
            .toList();
    String hot =
        batch.stream().filter(p -> p._1().equals("hot")).map(Tuple2::_2).reduce("", String::concat);
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, String>> states =
          test.record(
              test.pairInput(List.of(batch), 3)
                  .updateStateByKey((v, s) -> append(v, s), numPartitions));
      test.run(1);
      assertThat(states.batches().get(0)).hasSize(4).contains(pair("hot", hot + "."));
      assertThat(states.partitions().get(0)).hasSize(numPartitions);
    }
  }

  @Test
  void theFunctionIsGivenTimeAndKey() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, String>> states =
          test.record(
              test.pairInput(List.of(List.of(pair("a", "1"))), 1)
                  .updateStateByKey(
                      (time, key, values, state) ->
                          Optional.of(state.orElse("") + key + time.milliseconds() + values),
                      TWO));
      test.run(2);
      assertThat(states.batches())
          .containsExactly(List.of(pair("a", "a1000[1]")), List.of(pair("a", "a1000[1]a2000[]")));
    }
  }

  @Test
  @Tag("one-run")
  void theStateAdvancesWithoutOutput() throws Exception {
    try (StreamTest test = new StreamTest()) {
      var calls = test.context().rddContext().longAccumulator();
      test.pairInput(BATCHES, 2)
          .<String>updateStateByKey(
              (values, state) -> {
                calls.add(values.size());
                return append(values, state);
              },
              1);
      test.input(List.of(List.of(1)), 1).foreachRDD(rdd -> {});
      test.run(5);
      assertThat(calls.value()).isEqualTo(6);
    }
  }

  @Test
  void anUpdateByPartitionThatReturnsStrangeKeys_failsTheBatchByName() {
    FlatMapFunction<
            Iterator<Tuple3<String, List<String>, Optional<String>>>, Tuple2<String, String>>
        stray = keys -> List.of(pair("a", ""), pair("b", ""), pair("c", "")).iterator();
    try (StreamTest test = new StreamTest()) {
      test.record(test.pairInput(BATCHES, 1).updateStateByPartition(stray, TWO));
      assertThatThrownBy(() -> test.run(1))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("belongs to partition");
    }
  }
}
