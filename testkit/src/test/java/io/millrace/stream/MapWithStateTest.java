package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.RDD;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State that each record meets: input batches to output batches. */
@Timeout(60)
class MapWithStateTest {

  private static <V> Tuple2<String, V> pair(@Nullable String key, V value) {
    return new Tuple2<>(key, value);
  }

  /** Emits key and running sum. */
  private static Tuple2<String, Integer> sum(
      String key, Optional<Integer> value, State<Integer> state) {
    int sum = state.getOption().orElse(0) + value.orElse(0);
    if (!state.isTimingOut()) {
      state.update(sum);
    }
    return pair(state.isTimingOut() ? key + " timed out" : key, sum);
  }

  private static StateSpec<String, Integer, Integer, Tuple2<String, Integer>> sums() {
    return StateSpec.function(MapWithStateTest::sum);
  }

  private static <T> List<@Nullable List<T>> sorted(List<@Nullable List<T>> batches) {
    List<@Nullable List<T>> sorted = new ArrayList<>();
    for (List<T> batch : batches) {
      sorted.add(
          batch == null
              ? null
              : batch.stream().sorted(Comparator.comparing(String::valueOf)).toList());
    }
    return sorted;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void eachRecordMeetsTheStateOfItsKey_inEmptyAndMissingBatchesNothingHappens(int numPartitions)
      throws Exception {
    try (StreamTest test = new StreamTest()) {
      MapWithStateDStream<String, Integer, Integer, Tuple2<String, Integer>> stream =
          test.pairInput(
                  asList(
                      List.of(pair("a", 1), pair("b", 2), pair("a", 3)),
                      List.of(),
                      null,
                      List.of(pair("b", 4), pair(null, 5), pair("a", (Integer) null))),
                  numPartitions)
              .mapWithState(sums().numPartitions(numPartitions));
      Recorded<Tuple2<String, Integer>> emitted = test.record(stream);
      Recorded<Tuple2<String, Integer>> snapshots = test.record(stream.stateSnapshots());
      test.run(5);
      assertThat(sorted(emitted.batches()))
          .containsExactly(
              List.of(pair("a", 1), pair("a", 4), pair("b", 2)),
              List.of(),
              List.of(),
              List.of(pair("a", 4), pair("b", 6), pair(null, 5)),
              List.of());
      List<Tuple2<String, Integer>> first = List.of(pair("a", 4), pair("b", 2));
      List<Tuple2<String, Integer>> last = List.of(pair("a", 4), pair("b", 6), pair(null, 5));
      assertThat(sorted(snapshots.batches())).containsExactly(first, first, first, last, last);
      assertThat(emitted.partitions().get(0)).hasSize(numPartitions);
      assertThat(snapshots.partitions().get(0)).hasSize(numPartitions);
    }
  }

  @Test
  void recordsOfAKeyMeetTheStateInOrderOfArrival_whenItHasMostOfThem() throws Exception {
    List<Tuple2<String, Integer>> batch =
        IntStream.range(0, 5000).mapToObj(i -> pair(i % 10 < 7 ? "hot" : "k" + i, i)).toList();
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> outOfOrder =
          test.record(
              test.pairInput(List.of(batch, batch), 3)
                  .mapWithState(
                      StateSpec.<String, Integer, Integer, Integer>function(
                              (key, value, state) -> {
                                int last = state.getOption().orElse(-1);
                                state.update(value.orElseThrow());
                                return value.orElseThrow() > last ? 0 : 1;
                              })
                          .numPartitions(2))
                  .reduce(Integer::sum));
      test.run(2);
      // Each key starts again with the second batch.
      int numKeys = 1 + 1500;
      assertThat(outOfOrder.batches()).containsExactly(List.of(0), List.of(numKeys));
    }
  }

  @Test
  @Tag("one-run")
  void stateAdvancesOncePerBatch_whateverOutputsDo() throws Exception {
    for (int use = 0; use < 6; use++) {
      try (StreamTest test = new StreamTest()) {
        LongAccumulator calls = test.context().rddContext().longAccumulator();
        MapWithStateDStream<String, Integer, Integer, Integer> stream =
            test.pairInput(List.of(List.of(pair("a", 1), pair("b", 2), pair("a", 3))), 2)
                .mapWithState(
                    StateSpec.<String, Integer, Integer, Integer>function(
                        (key, value, state) -> {
                          calls.add(1);
                          state.update(state.getOption().orElse(0) + value.orElse(0));
                          return state.get();
                        }));
        List<RDD<Integer>> held = new ArrayList<>();
        switch (use) {
          case 1 -> stream.foreachRDD(rdd -> {});
          case 2 ->
              stream.foreachRDD(
                  rdd -> {
                    assertThat(rdd.count()).isEqualTo(rdd.collect().size());
                  });
          case 3 -> stream.foreachRDD(rdd -> assertThat(rdd.take(1)).hasSizeLessThan(2));
          case 4 -> stream.foreachRDD(rdd -> held.add(rdd));
          case 5 -> {
            test.record(stream);
            test.record(stream.map(i -> i));
            test.record(stream.stateSnapshots());
          }
          default -> test.input(List.of(List.of(1)), 1).foreachRDD(rdd -> {});
        }
        test.run(3);
        assertThat(calls.value()).as("use %s", use).isEqualTo(3);
        if (use == 4) {
          assertThat(held.get(0).collect()).containsExactlyInAnyOrder(1, 4, 2);
          assertThat(calls.value()).isEqualTo(3);
        }
      }
    }
  }

  @Test
  void keysTimeOutInTheFirstBatchThatIsLaterByMore_unlessItHasARecord() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> emitted =
          test.record(
              test.pairInput(
                      asList(
                          List.of(pair("a", 1), pair("b", 2)),
                          null,
                          List.of(),
                          List.of(pair("b", 3)),
                          null,
                          null,
                          null,
                          List.of(pair("a", 4))),
                      2)
                  .mapWithState(sums().numPartitions(1).timeout(Duration.ofSeconds(2))));
      test.run(8);
      assertThat(emitted.batches())
          .containsExactly(
              List.of(pair("a", 1), pair("b", 2)),
              List.of(),
              List.of(),
              List.of(pair("b", 5), pair("a timed out", 1)),
              List.of(),
              List.of(),
              List.of(pair("b timed out", 5)),
              List.of(pair("a", 4)));
    }
  }

  @Test
  void initialState_isMetByTheFirstRecords_andTheFunctionGetsTheTime() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<String> emitted =
          test.record(
              test.pairInput(List.of(List.of(pair("a", 1)), List.of(pair("b", 2))), 1)
                  .mapWithState(
                      StateSpec.<String, Integer, Integer, String>function(
                              (time, key, value, state) -> {
                                state.update(state.getOption().orElse(0) + value.orElse(0));
                                return key.equals("b")
                                    ? Optional.empty()
                                    : Optional.of(time.milliseconds() + key + state.get());
                              })
                          .partitioner(new HashPartitioner(3))
                          .initialState(
                              test.context()
                                  .rddContext()
                                  .parallelizePairs(List.of(pair("a", 100)), 2))));
      test.run(2);
      assertThat(emitted.batches()).containsExactly(List.of("1000a101"), List.of());
      assertThat(emitted.partitions().get(0)).hasSize(3);
    }
  }

  /** What a function does with the state of its key when told so. */
  private static String move(String key, Optional<String> move, State<String> state) {
    if (state.isTimingOut()) {
      Throwable removal = catchThrowable(state::remove);
      Throwable update = catchThrowable(() -> state.update("late"));
      return state.get() + ": " + removal.getMessage() + ", " + update.getMessage();
    }
    Throwable failure =
        catchThrowable(
            () -> {
              switch (move.orElseThrow()) {
                case "get" -> state.get();
                case "remove" -> state.remove();
                case "remove twice" -> {
                  state.remove();
                  state.remove();
                }
                case "remove, update" -> {
                  state.remove();
                  state.update("lost");
                }
                case "null" -> state.update(null);
                default -> state.update(move.orElseThrow());
              }
            });
    String outcome =
        failure == null ? "" : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    return state + (outcome.isEmpty() ? "" : " " + outcome);
  }

  @Test
  void illegalMovesAreErrors_andTheStateIsAsItWasBeforeThem() throws Exception {
    List<Tuple2<String, String>> moves = new ArrayList<>();
    for (String move :
        List.of("get", "x", "null", "remove", "y", "remove twice", "z", "remove, update", "w")) {
      moves.add(pair("k", move));
    }
    try (StreamTest test = new StreamTest()) {
      Recorded<String> emitted =
          test.record(
              test.pairInput(List.of(moves), 1)
                  .mapWithState(
                      StateSpec.function(MapWithStateTest::move)
                          .numPartitions(1)
                          .timeout(Duration.ofMillis(500))));
      test.run(2);
      assertThat(emitted.batches())
          .containsExactly(
              List.of(
                  "<state not set> NoSuchElementException: the key has no state: ask exists(), or"
                      + " take getOption(), before get()",
                  "x",
                  "x NullPointerException: the new state is null: use remove()",
                  "<state not set>",
                  "y",
                  "<state not set> IllegalArgumentException: can't remove state that was removed"
                      + " in this call",
                  "z",
                  "<state not set> IllegalArgumentException: can't update state that was removed"
                      + " in this call",
                  "w"),
              List.of(
                  "w: can't remove state that is timing out: it is removed after this call, can't"
                      + " update state that is timing out: it is removed after this call"));
    }
  }

  @Test
  void stateThatIsChangedInPlace_isKept_andSnapshotsInAWindowStayWhatTheyWere() throws Exception {
    try (StreamTest test = new StreamTest()) {
      MapWithStateDStream<String, Integer, List<Integer>, Integer> stream =
          test.pairInput(
                  List.of(List.of(pair("a", 1)), List.of(pair("a", 2)), List.of(pair("a", 3))), 1)
              .mapWithState(
                  StateSpec.<String, Integer, List<Integer>, Integer>function(
                      (key, value, state) -> {
                        if (!state.exists()) {
                          state.update(new ArrayList<>());
                        }
                        state.get().add(value.orElseThrow());
                        return state.get().size();
                      }));
      Recorded<List<Integer>> snapshots =
          test.record(
              stream
                  .stateSnapshots()
                  .window(Duration.ofSeconds(2), Duration.ofSeconds(1))
                  .map(Tuple2::_2));
      test.run(3);
      assertThat(snapshots.batches())
          .containsExactly(
              List.of(List.of(1)),
              List.of(List.of(1), List.of(1, 2)),
              List.of(List.of(1, 2), List.of(1, 2, 3)));
    }
  }

  @Test
  @Tag("one-run")
  void listenersAreToldWhatTheStateAmountsTo() throws Exception {
    try (StreamTest test = new StreamTest()) {
      EventLog log = new EventLog();
      test.context().addStreamingListener(log);
      test.pairInput(List.of(List.of(pair("a", 1), pair("b", 2)), List.of(pair("b", 3))), 2)
          .mapWithState(sums().timeout(Duration.ofSeconds(1)))
          .uid("sums");
      test.input(List.of(List.of(1)), 1).foreachRDD(rdd -> {});
      test.run(4);
      test.context().stop();
      List<StateInfo> infos =
          log.events(StreamingListenerBatchCompleted.class).stream()
              .flatMap(event -> event.batchInfo().states().stream())
              .toList();
      assertThat(infos).extracting(StateInfo::numEntries).containsExactly(2L, 2L, 1L, 0L);
      assertThat(infos).extracting(StateInfo::numUpdated).containsExactly(2L, 1L, 0L, 0L);
      assertThat(infos).extracting(StateInfo::numRemoved).containsExactly(0L, 0L, 1L, 1L);
      assertThat(infos).allMatch(info -> info.bytes() > 0 && info.name().contains("mapWithState"));
    }
  }

  @Test
  @Tag("one-run")
  void aBatchWhoseUpdateFails_isLostForTheState_whenTheContextGoesOn() throws Exception {
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.task.maxFailures", "2")
            .set("millrace.streaming.batchFailure", "continue");
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      PairDStream<String, Integer> input =
          test.pairInput(
              List.of(
                  List.of(pair("a", 1), pair("b", 2)),
                  List.of(pair("a", 3), pair("b", -1)),
                  List.of(pair("a", 5), pair("b", 6))),
              2);
      Recorded<Tuple2<String, Integer>> kept = test.record(input.mapWithState(sums()));
      Recorded<Tuple2<String, Integer>> failing =
          test.record(
              input.mapWithState(
                  StateSpec.<String, Integer, Integer, Tuple2<String, Integer>>function(
                      (key, value, state) -> {
                        if (value.orElse(0) < 0) {
                          throw new IllegalStateException("negative");
                        }
                        return sum(key, value, state);
                      })));
      test.run(3);
      assertThat(sorted(kept.batches()).get(2)).containsExactly(pair("a", 9), pair("b", 7));
      assertThat(failing.batches().get(1)).isNull();
      assertThat(sorted(failing.batches()).get(2)).containsExactly(pair("a", 6), pair("b", 8));
    }
  }

  @Test
  void aParentThatIsSlower_advancesTheStateOncePerSlide() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> emitted =
          test.record(
              test.pairInput(
                      List.of(
                          List.of(pair("a", 1)),
                          List.of(pair("a", 2)),
                          List.of(pair("a", 3)),
                          List.of(pair("a", 4))),
                      1)
                  .reduceByKeyAndWindow(Integer::sum, Duration.ofSeconds(2), Duration.ofSeconds(2))
                  .mapWithState(sums()));
      test.run(5);
      assertThat(emitted.batches())
          .containsExactly(null, List.of(pair("a", 3)), null, List.of(pair("a", 10)), null);
    }
  }

  // Against a model

  @Test
  void sumsWithTimeouts_areThoseOfAModel() throws Exception {
    for (long seed = 0; seed < Integer.getInteger("tests.seeds", 5); seed++) {
      Random random = new Random(seed);
      List<@Nullable List<Tuple2<String, Integer>>> batches = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        batches.add(
            random.nextInt(6) == 0
                ? null
                : IntStream.range(0, random.nextInt(8))
                    .mapToObj(j -> pair("k" + random.nextInt(12), random.nextInt(100)))
                    .toList());
      }
      try (StreamTest test = new StreamTest()) {
        MapWithStateDStream<String, Integer, Integer, Tuple2<String, Integer>> stream =
            test.pairInput(batches, 3)
                .mapWithState(sums().numPartitions(3).timeout(Duration.ofSeconds(3)));
        Recorded<Tuple2<String, Integer>> emitted = test.record(stream);
        Recorded<Tuple2<String, Integer>> snapshots = test.record(stream.stateSnapshots());
        test.run(batches.size());
        Map<String, Integer> sums = new HashMap<>();
        Map<String, Integer> touched = new HashMap<>();
        for (int i = 0; i < batches.size(); i++) {
          String about = "seed " + seed + ", batch " + i;
          int now = i;
          List<Tuple2<String, Integer>> expected = new ArrayList<>();
          List<Tuple2<String, Integer>> batch = batches.get(i);
          for (Tuple2<String, Integer> record :
              batch == null ? List.<Tuple2<String, Integer>>of() : batch) {
            expected.add(pair(record._1(), sums.merge(record._1(), record._2(), Integer::sum)));
            touched.put(record._1(), now);
          }
          for (String key : List.copyOf(touched.keySet())) {
            if (touched.getOrDefault(key, now) < now - 3) {
              touched.remove(key);
              expected.add(pair(key + " timed out", sums.remove(key)));
            }
          }
          assertThat(emitted.batches().get(i))
              .as(about)
              .containsExactlyInAnyOrderElementsOf(expected);
          Map<String, Integer> snapshot = new HashMap<>();
          snapshots.batches().get(i).forEach(entry -> snapshot.put(entry._1(), entry._2()));
          assertThat(snapshot).as(about).isEqualTo(sums);
        }
      }
    }
  }
}
