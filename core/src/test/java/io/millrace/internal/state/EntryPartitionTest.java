package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.StateLimitException;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function2;
import io.millrace.function.Function3;
import io.millrace.internal.pipeline.Rows;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators that keep one value per key, on one partition, with attempts that fail. */
class EntryPartitionTest {

  private static final StatePartition.Poll NO_POLL = () -> {};
  private static final ObjectSizes SIZES = objects -> 16L * objects.length;

  private static StateDefinition definition(StateOperator operator) {
    return new StateDefinition("test", operator, new HashPartitioner(1), null, StateLimits.NONE);
  }

  private static EntryPartition partition(StateOperator operator) {
    return partition(operator, new Entries(ObjectKeyTable::new), StateLimits.NONE);
  }

  private static EntryPartition partition(
      StateOperator operator, Entries entries, StateLimits limits) {
    StateDefinition definition = definition(operator);
    return new EntryPartition(
        operator,
        definition.placement(),
        0,
        entries,
        new StoreSize(new Quota("test", limits), SIZES));
  }

  private static StateStep step(long timeMillis) {
    return new StateStep(null, timeMillis, null);
  }

  private static List<Object> attempt(
      StatePartition partition, List<?> input, long timeMillis, StatePartition.Poll poll)
      throws Exception {
    Optional<Rows> rows =
        partition.attempt(new RandomReader(input, new Random(1)), step(timeMillis), poll);
    return rows.map(r -> Arrays.asList(r.elements()).subList(0, r.size())).orElse(List.of());
  }

  private static List<Object> advance(StatePartition partition, List<?> input, long timeMillis)
      throws Exception {
    List<Object> emitted = new ArrayList<>(attempt(partition, input, timeMillis, NO_POLL));
    emitted.removeIf(Objects::isNull);
    partition.adopt();
    return emitted;
  }

  private static Map<Object, Object> entries(StatePartition partition) throws Exception {
    Map<Object, Object> map = new HashMap<>();
    RandomReader.pairs(partition.view().orElseThrow().open(), 10)
        .forEach(pair -> assertThat(map.put(pair._1(), pair._2())).isNull());
    return map;
  }

  // Timeouts

  /** Sums; −1 removes the state, 0 only looks at it. Tells of keys that time out. */
  private static @Nullable Object sum(long key, Optional<Long> value, State<Long> state) {
    if (state.isTimingOut()) {
      return "out " + key + " " + state.get();
    }
    long added = value.orElseThrow();
    if (added < 0) {
      if (state.exists()) {
        state.remove();
      }
    } else if (added > 0) {
      state.update(state.getOption().orElse(0L) + added);
    }
    return null;
  }

  private static StateOperator.MapRecords summing(long timeoutMillis) {
    Function3<Long, Optional<Long>, State<Long>, @Nullable Object> function =
        EntryPartitionTest::sum;
    return new StateOperator.MapRecords(function, false, timeoutMillis);
  }

  /** What a key is in the model. */
  private record Held(long sum, long touchedMillis) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 1000, 2500, 3000, 20_000})
  void keysTimeOutInTheFirstBatchThatIsLateEnough(long timeoutMillis) throws Exception {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      // Steps are numbered anew in the middle of the run.
      Entries store = new Entries(ObjectKeyTable::new, Entries.MAX_STEP - 100);
      EntryPartition partition = partition(summing(timeoutMillis), store, StateLimits.NONE);
      Map<Long, Held> model = new HashMap<>();
      long time = 0;
      for (int batch = 0; batch < 200; batch++) {
        String about = "seed " + seed + ", batch " + batch;
        time += random.nextInt(8) == 0 ? 1 + random.nextInt(5000) : 1000;
        int numKeys = 1 + random.nextInt(60);
        List<Tuple2<Long, Long>> input = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
          input.add(new Tuple2<>((long) random.nextInt(numKeys), random.nextInt(5) - 1L));
        }
        for (int failures = random.nextInt(3); failures > 0; failures--) {
          attempt(partition, List.of(new Tuple2<>(1L, 100L)), time, NO_POLL);
          if (random.nextBoolean()) {
            partition.abandon();
          }
        }
        List<Object> emitted = advance(partition, input, time);
        assertThat(emitted)
            .as(about)
            .containsExactlyInAnyOrderElementsOf(model(model, input, time, timeoutMillis));
        Map<Object, Object> expected = new HashMap<>();
        model.forEach((key, held) -> expected.put(key, held.sum()));
        assertThat(store.size()).as(about).isEqualTo(expected.size());
        for (Map.Entry<Long, Held> entry : model.entrySet()) {
          assertThat(entry.getValue().touchedMillis()).isGreaterThanOrEqualTo(time - timeoutMillis);
        }
      }
    }
  }

  private static List<Object> model(
      Map<Long, Held> model, List<Tuple2<Long, Long>> input, long time, long timeoutMillis) {
    for (Tuple2<Long, Long> pair : input) {
      Held held = model.get(pair._1());
      if (pair._2() < 0) {
        model.remove(pair._1());
      } else if (pair._2() > 0 || held != null) {
        model.put(pair._1(), new Held((held == null ? 0 : held.sum()) + pair._2(), time));
      }
    }
    List<Object> out = new ArrayList<>();
    model
        .entrySet()
        .removeIf(
            entry -> {
              boolean isDue = entry.getValue().touchedMillis() < time - timeoutMillis;
              if (isDue) {
                out.add("out " + entry.getKey() + " " + entry.getValue().sum());
              }
              return isDue;
            });
    return out;
  }

  @Test
  void aTimeoutFiresWhenMoreThanItHasPassed() throws Exception {
    EntryPartition partition = partition(summing(3000));
    advance(partition, List.of(new Tuple2<>(1L, 7L)), 1000);
    for (long time = 2000; time <= 4000; time += 1000) {
      assertThat(advance(partition, List.of(), time)).isEmpty();
    }
    assertThat(advance(partition, List.of(), 4001)).containsExactly("out 1 7");
    assertThat(advance(partition, List.of(), 9000)).isEmpty();
  }

  @Test
  void initialState_timesOutAsIfTheFirstBatchHadItsKeys() throws Exception {
    EntryPartition partition = partition(summing(3000));
    partition.load(new RandomReader(List.of(new Tuple2<>(1L, 7L)), new Random(1)), 1000, NO_POLL);
    assertThat(advance(partition, List.of(), 1000)).isEmpty();
    assertThat(advance(partition, List.of(), 4000)).isEmpty();
    assertThat(advance(partition, List.of(), 5000)).containsExactly("out 1 7");
  }

  @Test
  void timeouts_takeRoomForTheKeysThatThereAre_notForTheStepsThatPassed() throws Exception {
    EntryPartition partition = partition(summing(3_600_000));
    List<Tuple2<Long, Long>> input =
        LongStream.range(0, 100).mapToObj(key -> new Tuple2<>(key, 1L)).toList();
    long bytes = 0;
    for (int batch = 1; batch <= 20_000; batch++) {
      attempt(partition, batch % 50 == 0 ? input : List.of(), 100L * batch, NO_POLL);
      StateSize size = partition.adopt();
      bytes = batch == 100 ? size.bytes() : bytes;
      assertThat(batch < 100 ? 0 : size.bytes()).isLessThanOrEqualTo(bytes);
    }
  }

  @Test
  void aKeyThatWasOnlyLookedAt_staysForTheTimeout() throws Exception {
    EntryPartition partition = partition(summing(2000));
    advance(partition, List.of(new Tuple2<>(1L, 7L)), 1000);
    advance(partition, List.of(new Tuple2<>(1L, 0L)), 3000);
    assertThat(advance(partition, List.of(), 5000)).isEmpty();
    assertThat(advance(partition, List.of(), 5001)).containsExactly("out 1 7");
  }

  // Values that are changed in place

  private static StateOperator.MapRecords gathering() {
    Function3<Long, Optional<Long>, State<List<Long>>, Object> function =
        (key, value, state) -> {
          // The first record of each batch only passes by.
          if (value.isEmpty() || value.get() < 0) {
            return "passed";
          }
          if (state.exists()) {
            state.get().add(value.get());
          } else {
            state.update(new ArrayList<>(List.of(value.get())));
          }
          return "added";
        };
    return new StateOperator.MapRecords(function, false, 1000L);
  }

  @Test
  void aStateThatIsChangedInPlaceChunksAfterItWasTouched_isStillUndone() throws Exception {
    EntryPartition partition = partition(gathering());
    advance(partition, List.of(new Tuple2<>(1L, 1L)), 1000);
    List<Tuple2<Long, Long>> input = new ArrayList<>();
    input.add(new Tuple2<>(1L, -1L));
    LongStream.range(0, 2000).forEach(i -> input.add(new Tuple2<>(100 + i, -1L)));
    input.add(new Tuple2<>(1L, 2L));

    for (int i = 0; i < 3; i++) {
      attempt(partition, input, 2000, NO_POLL);
      assertThat(entries(partition)).isEqualTo(Map.of(1L, List.of(1L, 2L)));
    }
    partition.abandon();
    attempt(partition, List.of(), 2000, NO_POLL);
    assertThat(entries(partition)).isEqualTo(Map.of(1L, List.of(1L)));
  }

  // The operators that see every key

  private static StateOperator.UpdateKeys appending() {
    Function2<List<Object>, Optional<List<Object>>, Optional<List<Object>>> function =
        (values, state) -> {
          List<Object> all = state.orElseGet(ArrayList::new);
          all.addAll(values);
          return all.size() > 5 ? Optional.empty() : Optional.of(all);
        };
    return new StateOperator.UpdateKeys(function, false);
  }

  /** The same by partition. */
  private static StateOperator.UpdatePartitions appendingByPartition() {
    FlatMapFunction<
            Iterator<Tuple3<Object, List<Object>, Optional<List<Object>>>>, Tuple2<Object, Object>>
        function =
            keys -> {
              List<Tuple2<Object, Object>> states = new ArrayList<>();
              while (keys.hasNext()) {
                Tuple3<Object, List<Object>, Optional<List<Object>>> key = keys.next();
                List<Object> all = key._3().orElseGet(ArrayList::new);
                all.addAll(key._2());
                if (all.size() <= 5) {
                  states.add(new Tuple2<>(key._1(), all));
                }
              }
              return states.iterator();
            };
    return new StateOperator.UpdatePartitions(function);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void updates_areThoseOfAPlainMap_thoughAttemptsFail(boolean byPartition) throws Exception {
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      EntryPartition partition = partition(byPartition ? appendingByPartition() : appending());
      Map<Object, List<Object>> model = new HashMap<>();
      for (int batch = 1; batch <= 60; batch++) {
        String about = "seed " + seed + ", batch " + batch;
        List<Tuple2<Object, Object>> input = randomPairs(random, batch);
        for (int failures = random.nextInt(3); failures > 0; failures--) {
          attempt(partition, randomPairs(random, batch), 1000L * batch, NO_POLL);
          if (random.nextBoolean()) {
            partition.abandon();
          }
        }
        attempt(partition, input, 1000L * batch, NO_POLL);
        input.forEach(
            pair -> model.computeIfAbsent(pair._1(), k -> new ArrayList<>()).add(pair._2()));
        model.values().removeIf(values -> values.size() > 5);
        assertThat(entries(partition)).as(about).isEqualTo(model);
        assertThat(partition.adopt().entries()).as(about).isEqualTo(model.size());
      }
    }
  }

  private static List<Tuple2<Object, Object>> randomPairs(Random random, int batch) {
    return IntStream.range(0, random.nextInt(10))
        .mapToObj(
            i -> {
              int number = random.nextInt(20);
              Object key = batch < 30 || number % 3 != 0 ? (Object) (long) number : "k" + number;
              return new Tuple2<Object, Object>(key, random.nextInt(100));
            })
        .toList();
  }

  @Test
  void anUpdateThatReturnsAnotherPartitionsKey_isRefused() {
    FlatMapFunction<Object, Tuple2<Object, Object>> function =
        keys -> List.of(new Tuple2<Object, Object>(3L, "stray")).iterator();
    StateOperator.UpdatePartitions operator = new StateOperator.UpdatePartitions(function);
    EntryPartition partition =
        new EntryPartition(
            operator,
            new HashPartitioner(2),
            0,
            new Entries(ObjectKeyTable::new),
            new StoreSize(new Quota("test", StateLimits.NONE), SIZES));
    assertThatThrownBy(() -> attempt(partition, List.of(), 1000, NO_POLL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the key 3, which belongs to partition 1");
  }

  @Test
  void anEndlessIteratorOfStates_canBeCancelled() {
    FlatMapFunction<Object, Tuple2<Object, Object>> function =
        keys ->
            LongStream.iterate(0, i -> i)
                .mapToObj(i -> new Tuple2<Object, Object>(i, "again"))
                .iterator();
    EntryPartition partition = partition(new StateOperator.UpdatePartitions(function));
    assertThatThrownBy(
            () ->
                attempt(
                    partition,
                    List.of(),
                    1000,
                    () -> {
                      throw new IllegalStateException("cancelled");
                    }))
        .hasMessage("cancelled");
  }

  // Limits and sizes

  @Test
  void limits_holdWithinAStep_andAreFreeAgainOnceItIsAbandoned() throws Exception {
    EntryPartition partition =
        partition(
            summing(1000), new Entries(ObjectKeyTable::new), new StateLimits(1000, 1_000_000));
    List<Tuple2<Long, Long>> tooMany =
        LongStream.range(0, 1_000_000).mapToObj(key -> new Tuple2<>(key, 1L)).toList();
    assertThatThrownBy(() -> attempt(partition, tooMany, 1000, NO_POLL))
        .isInstanceOf(StateLimitException.class)
        .hasMessageContaining("the state of test has grown to ")
        .hasMessageContaining("millrace.state.maxEntries");
    partition.abandon();
    assertThat(attempt(partition, tooMany.subList(0, 1000), 1000, NO_POLL)).hasSize(1000);
    assertThat(partition.adopt().entries()).isEqualTo(1000);
  }

  /** What an abandoned step may do to the store. */
  private enum Growth {
    MORE_KEYS,
    OTHER_KEYS,
    OTHER_VALUES,
    LARGER_VALUES
  }

  @ParameterizedTest
  @EnumSource
  void anAbandonedStep_leavesAsManyBytesAsThereWere(Growth growth) throws Exception {
    Function3<Object, Optional<Object>, State<Object>, @Nullable Object> keepLast =
        (key, value, state) -> {
          if (value.orElseThrow() instanceof String text && text.isEmpty()) {
            if (state.exists()) {
              state.remove();
            }
          } else {
            state.update(value.orElseThrow());
          }
          return null;
        };
    StateOperator.MapRecords operator = new StateOperator.MapRecords(keepLast, false, null);
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      EntryPartition partition = measuredPartition(operator);
      EntryPartition neverFailing = measuredPartition(operator);
      for (int batch = 1; batch <= 20; batch++) {
        String about = growth + ", seed " + seed + ", batch " + batch;
        List<Tuple2<Object, Object>> input = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
          Object key = (long) random.nextInt(10 * batch);
          input.add(new Tuple2<>(key, random.nextInt(4) == 0 ? "" : (Object) (long) i));
        }
        for (int failures = random.nextInt(3); failures > 0; failures--) {
          attempt(partition, growing(growth, input, random), batch, NO_POLL);
          if (random.nextBoolean()) {
            partition.abandon();
          }
        }
        attempt(partition, input, batch, NO_POLL);
        attempt(neverFailing, input, batch, NO_POLL);
        assertThat(entries(partition)).as(about).isEqualTo(entries(neverFailing));
        assertThat(partition.adopt()).as(about).isEqualTo(neverFailing.adopt());
      }
    }
  }

  /** Texts take as much as they are long, numbers 16 bytes. */
  private static EntryPartition measuredPartition(StateOperator operator) {
    ObjectSizes sizes =
        objects ->
            Arrays.stream(objects)
                .mapToLong(object -> object instanceof String text ? text.length() : 16)
                .sum();
    return new EntryPartition(
        operator,
        new HashPartitioner(1),
        0,
        new Entries(ObjectKeyTable::new),
        new StoreSize(new Quota("test", StateLimits.NONE), sizes));
  }

  private static List<Tuple2<Object, Object>> growing(
      Growth growth, List<Tuple2<Object, Object>> input, Random random) {
    List<Tuple2<Object, Object>> grown = new ArrayList<>(input);
    int count = random.nextInt(500);
    for (int i = 0; i < count; i++) {
      long key = random.nextInt(1000);
      grown.add(
          switch (growth) {
            case MORE_KEYS -> new Tuple2<>(key, 1L);
            case OTHER_KEYS -> new Tuple2<>("key " + key, 1L);
            case OTHER_VALUES -> new Tuple2<>(key, (int) key);
            case LARGER_VALUES -> new Tuple2<>(key, "x".repeat(1000));
          });
    }
    return grown;
  }

  @Test
  void adopt_tellsWhatTheStepWroteAndRemoved() throws Exception {
    EntryPartition partition = partition(summing(1000));
    attempt(
        partition,
        List.of(new Tuple2<>(1L, 1L), new Tuple2<>(2L, 1L), new Tuple2<>(3L, 0L)),
        1000,
        NO_POLL);
    StateSize first = partition.adopt();
    assertThat(first).isEqualTo(new StateSize(2, first.bytes(), 2, 0));
    attempt(
        partition,
        List.of(new Tuple2<>(1L, -1L), new Tuple2<>(4L, 1L), new Tuple2<>(4L, -1L)),
        3000,
        NO_POLL);
    StateSize second = partition.adopt();
    assertThat(second).isEqualTo(new StateSize(0, second.bytes(), 0, 2));
  }

  @Test
  void adopt_withoutStep_isRefused() {
    EntryPartition partition = partition(summing(1000));
    assertThatThrownBy(partition::adopt)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no step has been tried");
  }
}
