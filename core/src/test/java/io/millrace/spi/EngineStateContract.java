package io.millrace.spi;

import static io.millrace.spi.EngineProbe.CALLS;
import static io.millrace.spi.EngineProbe.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.StateLimitException;
import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function2;
import io.millrace.function.Function3;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of state that is kept by key, from step to step. */
interface EngineStateContract extends EngineFixture {

  /** All state here is spread by this. */
  HashPartitioner PLACEMENT = new HashPartitioner(3);

  /** A key with this value fails its task as often as {@link EngineProbe#CALLS} says. */
  int BAD = 666;

  /** Every operator, each keeping for each key the list of all its values. */
  enum Kind {
    MAP_RECORDS,
    UPDATE_KEYS,
    UPDATE_PARTITIONS,
    WINDOW,
    WINDOW_WITH_INVERSE;

    private static void fail(List<Integer> values) {
      if (values.contains(BAD) && CALLS.getAndDecrement() > 0) {
        throw new IllegalStateException("bad value");
      }
    }

    private static List<Integer> joined(List<Integer> all, List<Integer> more) {
      all.addAll(more);
      fail(more);
      return all;
    }

    private static List<Integer> add(
        String key, Optional<List<Integer>> values, State<List<Integer>> state) {
      if (!state.exists()) {
        state.update(new ArrayList<>());
      }
      return List.copyOf(joined(state.get(), values.orElseThrow()));
    }

    private static Optional<List<Integer>> update(
        List<List<Integer>> values, Optional<List<Integer>> state) {
      List<Integer> all = state.orElseGet(ArrayList::new);
      values.forEach(more -> joined(all, more));
      return Optional.of(all);
    }

    private static Iterator<Tuple2<String, List<Integer>>> updateAll(
        Iterator<Tuple3<String, List<List<Integer>>, Optional<List<Integer>>>> keys) {
      List<Tuple2<String, List<Integer>>> states = new ArrayList<>();
      keys.forEachRemaining(
          key -> states.add(pair(key._1(), update(key._2(), key._3()).orElseThrow())));
      return states.iterator();
    }

    StateOperator operator() {
      Function2<List<Integer>, List<Integer>, List<Integer>> join = Kind::joined;
      Function2<List<Integer>, List<Integer>, List<Integer>> cut =
          (all, gone) -> new ArrayList<>(all.subList(gone.size(), all.size()));
      Function3<String, Optional<List<Integer>>, State<List<Integer>>, List<Integer>> add =
          Kind::add;
      Function2<List<List<Integer>>, Optional<List<Integer>>, Optional<List<Integer>>> update =
          Kind::update;
      FlatMapFunction<
              Iterator<Tuple3<String, List<List<Integer>>, Optional<List<Integer>>>>,
              Tuple2<String, List<Integer>>>
          updateAll = Kind::updateAll;
      return switch (this) {
        case MAP_RECORDS -> new StateOperator.MapRecords(add, false, 100_000L);
        case UPDATE_KEYS -> new StateOperator.UpdateKeys(update, false);
        case UPDATE_PARTITIONS -> new StateOperator.UpdatePartitions(updateAll);
        case WINDOW -> new StateOperator.CombinePanes(join, null, null, 100, 1000);
        case WINDOW_WITH_INVERSE -> new StateOperator.CombinePanes(join, cut, null, 100, 1000);
      };
    }

    boolean isWindow() {
      return this == WINDOW || this == WINDOW_WITH_INVERSE;
    }

    StateStep step(@Nullable PlanNode<?> input, long timeMillis) {
      return new StateStep(
          input,
          timeMillis,
          isWindow()
              ? new StateStep.WindowStep(timeMillis, timeMillis, timeMillis - 100_000)
              : null);
    }

    /** All keys with all their values. */
    PlanNode<?> all(Attempt attempt) {
      PlanNode<?> node = isWindow() ? attempt.emitted() : attempt.entries();
      assertThat(node).isNotNull();
      return node;
    }
  }

  private KeyedState state(StateOperator operator, StateLimits limits) {
    return engine().newState(new StateDefinition("sums", operator, PLACEMENT, null, limits));
  }

  /** A step's input: each key with a list of its value. */
  private PlanNode<?> input(Map<String, Integer> values) {
    List<Tuple2<String, List<Integer>>> pairs = new ArrayList<>();
    values.forEach((key, value) -> pairs.add(pair(key, new ArrayList<>(List.of(value)))));
    return context().parallelizePairs(pairs, 2).partitionBy(PLACEMENT).plan();
  }

  @SuppressWarnings("unchecked")
  private <V> Map<String, V> read(@Nullable PlanNode<?> node) {
    assertThat(node).isNotNull();
    Map<String, V> map = new HashMap<>();
    context()
        .pairRDD((PlanNode<Tuple2<String, V>>) node)
        .collect()
        .forEach(pair -> assertThat(map.put(pair._1(), pair._2())).isNull());
    return map;
  }

  private static Attempt step(KeyedState state, StateStep step) {
    return state.step(step, new Cancellation());
  }

  @ParameterizedTest
  @EnumSource
  default void steps_buildOnWhatWasAdopted_andAnAbandonedOneLeavesNoTrace(Kind kind) {
    try (KeyedState state = state(kind.operator(), StateLimits.NONE)) {
      step(state, kind.step(input(Map.of("a", 1, "b", 2)), 1000)).adopt();

      Attempt abandoned = step(state, kind.step(input(Map.of("a", 8, "c", 9)), 2000));
      assertThat(read(kind.all(abandoned)))
          .isEqualTo(Map.of("a", List.of(1, 8), "b", List.of(2), "c", List.of(9)));
      abandoned.abandon();

      Attempt adopted = step(state, kind.step(input(Map.of("a", 3, "d", 4)), 2000));
      Map<String, List<Integer>> expected =
          Map.of("a", List.of(1, 3), "b", List.of(2), "d", List.of(4));
      assertThat(read(kind.all(adopted))).as("before it is adopted").isEqualTo(expected);
      StateSize size = adopted.adopt();
      assertThat(size.entries()).isEqualTo(3);
      assertThat(size.bytes()).isPositive();
      assertThat(read(kind.all(adopted))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  default void aTaskThatFailsOnce_findsTheStateAsItWas(Kind kind) {
    try (KeyedState state = state(kind.operator(), StateLimits.NONE)) {
      step(state, kind.step(input(Map.of("a", 1, "b", 2, "c", 3)), 1000)).adopt();
      CALLS.set(1);
      Attempt second = step(state, kind.step(input(Map.of("a", 4, "b", BAD, "c", 5)), 2000));
      second.adopt();
      assertThat(CALLS.get()).as("it did fail").isNotPositive();
      assertThat(read(kind.all(second)))
          .isEqualTo(Map.of("a", List.of(1, 4), "b", List.of(2, BAD), "c", List.of(3, 5)));
    }
  }

  @ParameterizedTest
  @EnumSource
  default void aStepThatFailsForGood_leavesTheStateUnchanged(Kind kind) {
    try (KeyedState state = state(kind.operator(), StateLimits.NONE)) {
      step(state, kind.step(input(Map.of("a", 1, "b", 2, "c", 3)), 1000)).adopt();
      CALLS.set(Integer.MAX_VALUE);
      assertThatThrownBy(
              () -> step(state, kind.step(input(Map.of("a", 4, "b", BAD, "x", 5)), 2000)))
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("bad value")
          .hasMessageContaining("sums");
      CALLS.set(0);
      Attempt next = step(state, kind.step(null, 3000));
      next.adopt();
      assertThat(read(kind.all(next)))
          .isEqualTo(Map.of("a", List.of(1), "b", List.of(2), "c", List.of(3)));
    }
  }

  @ParameterizedTest
  @EnumSource
  default void whatWasRead_isReadTheSameWhileLaterStepsRun(Kind kind) throws Exception {
    try (KeyedState state = state(kind.operator(), StateLimits.NONE)) {
      Attempt first = step(state, kind.step(input(Map.of("a", 1, "b", 2)), 1000));
      first.adopt();
      PlanNode<?> held = kind.all(first);
      Map<String, List<Integer>> expected = Map.of("a", List.of(1), "b", List.of(2));
      FutureTask<Integer> reading =
          new FutureTask<>(
              () -> {
                int numReads = 0;
                while (!Thread.interrupted() && numReads < 40) {
                  assertThat(read(held)).isEqualTo(expected);
                  numReads++;
                }
                return numReads;
              });
      Thread reader = new Thread(reading);
      reader.start();
      for (int i = 2; i < 42; i++) {
        Attempt attempt = step(state, kind.step(input(Map.of("a", i, "k" + i % 7, i)), 1000L * i));
        if (i % 3 == 0) {
          attempt.abandon();
        } else {
          attempt.adopt();
        }
      }
      assertThat(reading.get()).isEqualTo(40);
      reader.join();
      assertThat(read(held)).isEqualTo(expected);
    }
  }

  @Test
  default void whatWasEmitted_isReadAgainWithoutRunningTheOperator() {
    Function3<String, Optional<List<Integer>>, State<Integer>, Integer> function =
        (key, values, state) -> CALLS.incrementAndGet();
    KeyedState state = state(new StateOperator.MapRecords(function, false, null), StateLimits.NONE);
    Attempt attempt = step(state, new StateStep(input(Map.of("a", 1, "b", 2)), 1000, null));
    attempt.adopt();
    PlanNode<?> emitted = attempt.emitted();
    assertThat(emitted).isNotNull();
    for (int i = 0; i < 3; i++) {
      assertThat(context().rdd(emitted).count()).isEqualTo(2);
      assertThat(context().rdd(emitted).take(1)).hasSize(1);
    }
    state.close();
    state.close();
    assertThat(context().rdd(emitted).count()).as("after the state is closed").isEqualTo(2);
    assertThat(CALLS).hasValue(2);
  }

  @Test
  default void entriesAndEmittedWindows_haveThePlacementOfTheState() {
    try (KeyedState state = state(Kind.UPDATE_KEYS.operator(), StateLimits.NONE)) {
      Attempt attempt = step(state, Kind.UPDATE_KEYS.step(null, 1000));
      assertThat(attempt.entries().placement()).isEqualTo(PLACEMENT);
      assertThat(attempt.emitted()).isNotNull();
      assertThat(attempt.entries().numPartitions()).isEqualTo(3);
    }
    try (KeyedState state = state(Kind.WINDOW.operator(), StateLimits.NONE)) {
      PlanNode<?> emitted = step(state, Kind.WINDOW.step(null, 1000)).emitted();
      assertThat(emitted).isNotNull();
      assertThat(emitted.placement()).isEqualTo(PLACEMENT);
    }
  }

  @Test
  default void aWindowStepThatEndsNoWindow_emitsNothing() {
    try (KeyedState state = state(Kind.WINDOW.operator(), StateLimits.NONE)) {
      StateStep step =
          new StateStep(input(Map.of("a", 1)), 1000, new StateStep.WindowStep(1000, null, 0));
      assertThat(step(state, step).emitted()).isNull();
    }
  }

  @Test
  default void inputThatIsPlacedOtherwise_isRefused_andTheStepCanBeTriedAgain() {
    try (KeyedState state = state(Kind.UPDATE_KEYS.operator(), StateLimits.NONE)) {
      PlanNode<?> unplaced = numbers(4, 3).mapToPair(x -> pair("k" + x, x)).plan();
      assertThatThrownBy(() -> step(state, new StateStep(unplaced, 1000, null)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not placed as sums is");
      step(state, Kind.UPDATE_KEYS.step(input(Map.of("a", 1)), 1000)).adopt();
    }
  }

  @Test
  default void aStepWhileAnotherIsUndecided_isRefused() {
    try (KeyedState state = state(Kind.UPDATE_KEYS.operator(), StateLimits.NONE)) {
      step(state, Kind.UPDATE_KEYS.step(null, 1000));
      assertThatThrownBy(() -> step(state, Kind.UPDATE_KEYS.step(null, 2000)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("sums");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void initialState_isReadByTheFirstStep_theLastPairOfAKeyCounts(boolean fails) {
    PlanNode<Tuple2<String, Object>> initial =
        context()
            .parallelizePairs(
                List.of(pair("a", "old"), pair("b", "b0"), pair("a", (Object) "a0")), 1)
            .partitionBy(PLACEMENT)
            .plan();
    Function2<List<Object>, Optional<Object>, Optional<Object>> function =
        (values, state) -> {
          if (TaskContext.get().attemptNumber() == 0 && CALLS.getAndDecrement() > 0) {
            throw new IllegalStateException("first attempt");
          }
          return Optional.of(state.orElse("none") + "" + values);
        };
    CALLS.set(fails ? 1 : 0);
    try (KeyedState state =
        engine()
            .newState(
                new StateDefinition(
                    "sums",
                    new StateOperator.UpdateKeys(function, false),
                    PLACEMENT,
                    initial,
                    StateLimits.NONE))) {
      Attempt first = step(state, new StateStep(input(Map.of("a", 1, "c", 2)), 1000, null));
      first.adopt();
      assertThat(read(first.entries()))
          .isEqualTo(Map.of("a", "a0[[1]]", "b", "b0[]", "c", "none[[2]]"));
    }
  }

  @Test
  default void initialStateThatIsPlacedOtherwise_isRefused() {
    PlanNode<?> unplaced = numbers(4, 3).mapToPair(x -> pair("k" + x, x)).plan();
    StateOperator operator = Kind.UPDATE_KEYS.operator();
    assertThatThrownBy(
            () -> new StateDefinition("sums", operator, PLACEMENT, unplaced, StateLimits.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not placed");
  }

  @ParameterizedTest
  @EnumSource
  default void aStateThatOutgrowsItsLimits_failsByName_andIsAsBefore(Kind kind) {
    int tooMany = 5000;
    Map<String, Integer> values = new HashMap<>();
    IntStream.range(0, tooMany).forEach(i -> values.put("key" + i, i));
    for (StateLimits limits :
        List.of(new StateLimits(1000, Long.MAX_VALUE), new StateLimits(Long.MAX_VALUE, 50_000))) {
      try (KeyedState state = state(kind.operator(), limits)) {
        step(state, kind.step(input(Map.of("a", 1)), 1000)).adopt();
        assertThatThrownBy(() -> step(state, kind.step(input(values), 2000)))
            .isInstanceOf(JobFailedException.class)
            .hasRootCauseInstanceOf(StateLimitException.class)
            .hasMessageContaining("the state of sums has grown to");
        if (limits.maxEntries() == Long.MAX_VALUE) {
          continue; // what a store has reserved counts as well, and stays reserved
        }
        Attempt next = step(state, kind.step(input(Map.of("a", 2)), 3000));
        assertThat(next.adopt().entries()).isEqualTo(1);
        assertThat(read(kind.all(next))).isEqualTo(Map.of("a", List.of(1, 2)));
      }
    }
  }

  @Test
  default void aStepIsCancelled_andTheStateIsAsBefore() throws Exception {
    Function2<List<Object>, Optional<Object>, Optional<Object>> function =
        (values, state) -> {
          if (!values.isEmpty() && state.isPresent()) {
            EngineProbe.enterAndWait();
          }
          return Optional.of(state.orElse("new"));
        };
    try (KeyedState state =
        state(new StateOperator.UpdateKeys(function, false), StateLimits.NONE)) {
      step(state, new StateStep(input(Map.of("a", 1)), 1000, null)).adopt();
      Cancellation cancellation = new Cancellation();
      Thread canceller =
          new Thread(
              () -> {
                try {
                  EngineProbe.awaitEntered();
                  cancellation.cancel();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      canceller.start();
      StateStep step = new StateStep(input(Map.of("a", 2, "b", 3)), 2000, null);
      assertThatThrownBy(() -> state.step(step, cancellation))
          .isInstanceOf(JobCancelledException.class);
      canceller.join();
      Attempt next = step(state, new StateStep(null, 3000, null));
      assertThat(read(next.entries())).isEqualTo(Map.of("a", "new"));
    }
  }

  @Test
  default void aTaskThatFailsForGood_leavesNothingOfTheOthersEither() {
    // Other partitions may be in the middle of their change when one fails: they are undone too.
    Function2<List<Object>, Optional<Integer>, Optional<Integer>> function =
        (values, state) -> {
          if (values.equals(List.of(List.of(BAD)))) {
            throw new IllegalStateException("bad value");
          }
          return Optional.of(state.orElse(0) + 1);
        };
    Map<String, Integer> many = new HashMap<>();
    IntStream.range(0, 3000).forEach(i -> many.put("k" + i, 1));
    Map<String, Integer> bad = new HashMap<>(many);
    bad.put("k7", BAD);
    try (KeyedState state =
        state(new StateOperator.UpdateKeys(function, false), StateLimits.NONE)) {
      step(state, new StateStep(input(many), 1000, null)).adopt();
      for (int i = 0; i < 5; i++) {
        long time = 2000L + i;
        assertThatThrownBy(() -> step(state, new StateStep(input(bad), time, null)))
            .isInstanceOf(JobFailedException.class);
      }
      Attempt next = step(state, new StateStep(null, 9000, null));
      next.adopt();
      assertThat(this.<Integer>read(next.entries()).values()).hasSize(3000).containsOnly(2);
    }
  }
}
