package io.millrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.CorruptionException;
import io.millrace.JobFailedException;
import io.millrace.NotEncodableException;
import io.millrace.StateLimitException;
import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.codec.Codecs;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.Function3;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.Partitioner;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.Compaction;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State that is written down step by step, and goes on from what was written. */
interface EngineDurableStateContract extends EngineFixture {

  int NUM_KEYS = 12;

  /** Operators over keys and values of several types. */
  enum Program {
    SUMS_WITH_TIMEOUT,
    TEXTS_WITH_TIMEOUT,
    UPDATED_LONGS,
    UPDATED_LISTS,
    UPDATED_PARTITIONS,
    WINDOW_OF_SUMS,
    WINDOW_OF_TEXTS,
    WINDOW_OF_LISTS,
    INVERSE_SUMS,
    INVERSE_SUMS_FILTERED,
    INVERSE_LISTS_FILTERED;

    boolean isWindow() {
      return ordinal() >= WINDOW_OF_SUMS.ordinal();
    }

    boolean hasLists() {
      return this == UPDATED_LISTS || this == WINDOW_OF_LISTS || this == INVERSE_LISTS_FILTERED;
    }

    boolean hasTexts() {
      return this == TEXTS_WITH_TIMEOUT || this == WINDOW_OF_TEXTS;
    }

    Object key(int number) {
      return switch (this) {
        case UPDATED_LISTS, WINDOW_OF_TEXTS -> "k" + number;
        case UPDATED_PARTITIONS, INVERSE_LISTS_FILTERED -> new Tuple2<>(number % 3, "k" + number);
        // Most are longs; the others come late, as keys below are.
        case WINDOW_OF_LISTS -> number < 3 ? "k" + number : (Object) (long) number;
        default -> (long) number;
      };
    }

    Object value(int number) {
      if (hasLists()) {
        return new ArrayList<>(List.of(number));
      }
      return hasTexts() ? number + "," : (Object) (long) number;
    }

    /** Negative numbers remove, zero only looks. */
    private static @Nullable Object mapSum(long key, Optional<Long> value, State<Object> state) {
      if (state.isTimingOut()) {
        return "out " + key + " " + state.get();
      }
      long added = value.orElseThrow();
      if (added < 0) {
        if (state.exists()) {
          state.remove();
        }
      } else if (added > 0) {
        long sum = state.exists() ? Long.parseLong(state.get().toString()) + added : added;
        // A sum that is too large is a text.
        state.update(sum > 60 ? Long.toString(sum) : (Object) sum);
      }
      return key + " " + state.getOption();
    }

    private static @Nullable Object mapText(long key, Optional<String> value, State<String> state) {
      if (state.isTimingOut()) {
        return "out " + key + " " + state.get();
      }
      if (value.orElseThrow().startsWith("-")) {
        if (state.exists()) {
          state.remove();
        }
      } else if (!value.get().startsWith("0")) {
        state.update(state.getOption().orElse("") + value.get());
      }
      return key + " " + state.getOption();
    }

    private static Optional<Long> updateLong(List<Long> values, Optional<Long> state) {
      long sum = state.orElse(0L);
      for (long value : values) {
        sum = value < 0 ? 0 : sum + value;
      }
      return sum == 0 ? Optional.empty() : Optional.of(sum);
    }

    private static Optional<List<Integer>> updateList(
        List<List<Integer>> values, Optional<List<Integer>> state) {
      List<Integer> all = state.orElseGet(ArrayList::new);
      for (List<Integer> value : values) {
        if (value.get(0) < 0) {
          all.clear();
        } else {
          all.addAll(value);
        }
      }
      return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static Iterator<Tuple2<Object, Long>> updatePartition(
        Iterator<Tuple3<Object, List<Long>, Optional<Long>>> keys) {
      List<Tuple2<Object, Long>> states = new ArrayList<>();
      keys.forEachRemaining(
          key ->
              updateLong(key._2(), key._3())
                  .ifPresent(state -> states.add(new Tuple2<>(key._1(), state))));
      return states.iterator();
    }

    private static List<Integer> join(List<Integer> all, List<Integer> more) {
      all.addAll(more);
      return all;
    }

    private static List<Integer> cut(List<Integer> all, List<Integer> gone) {
      all.subList(0, gone.size()).clear();
      return all;
    }

    StateOperator operator(long panes, long paneMillis) {
      Function3<Long, Optional<Long>, State<Object>, @Nullable Object> mapSum = Program::mapSum;
      Function3<Long, Optional<String>, State<String>, @Nullable Object> mapText = Program::mapText;
      Function2<List<Long>, Optional<Long>, Optional<Long>> updateLong = Program::updateLong;
      Function2<List<List<Integer>>, Optional<List<Integer>>, Optional<List<Integer>>> updateList =
          Program::updateList;
      FlatMapFunction<Iterator<Tuple3<Object, List<Long>, Optional<Long>>>, Tuple2<Object, Long>>
          updatePartition = Program::updatePartition;
      Function2<Long, Long, Long> add = Long::sum;
      Function2<Long, Long, Long> subtract = (all, gone) -> all - gone;
      Function2<String, String, String> concatenate = (a, b) -> a + b;
      Function2<List<Integer>, List<Integer>, List<Integer>> join = Program::join;
      Function2<List<Integer>, List<Integer>, List<Integer>> cut = Program::cut;
      Function<Tuple2<Object, Long>, Boolean> isNotZero = pair -> pair._2() != 0;
      Function<Tuple2<Object, List<Integer>>, Boolean> isNotEmpty = pair -> !pair._2().isEmpty();
      return switch (this) {
        case SUMS_WITH_TIMEOUT -> new StateOperator.MapRecords(mapSum, false, 3000L);
        case TEXTS_WITH_TIMEOUT -> new StateOperator.MapRecords(mapText, false, 7000L);
        case UPDATED_LONGS -> new StateOperator.UpdateKeys(updateLong, false);
        case UPDATED_LISTS -> new StateOperator.UpdateKeys(updateList, false);
        case UPDATED_PARTITIONS -> new StateOperator.UpdatePartitions(updatePartition);
        case WINDOW_OF_SUMS -> new StateOperator.CombinePanes(add, null, null, panes, paneMillis);
        case WINDOW_OF_TEXTS ->
            new StateOperator.CombinePanes(concatenate, null, null, panes, paneMillis);
        case WINDOW_OF_LISTS -> new StateOperator.CombinePanes(join, null, null, panes, paneMillis);
        case INVERSE_SUMS -> new StateOperator.CombinePanes(add, subtract, null, panes, paneMillis);
        case INVERSE_SUMS_FILTERED ->
            new StateOperator.CombinePanes(add, subtract, isNotZero, panes, paneMillis);
        case INVERSE_LISTS_FILTERED ->
            new StateOperator.CombinePanes(join, cut, isNotEmpty, panes, paneMillis);
      };
    }
  }

  /** A state with its files, as a driver keeps it, and the same that is never restored. */
  final class Course {

    private static final long PANE_MILLIS = 2000;

    private final EngineFixture fixture;
    private final Program program;
    private final Random random;
    private final long panes;
    private final long slidePanes;
    private final StatePlace place;
    private final KeyedState uninterrupted;
    private KeyedState state;
    private Placement placement = new HashPartitioner(2);
    private List<StateFile> files = new ArrayList<>();
    private int numPrefixes;
    private int numRestores;
    private int numCompactions;
    private long previousMillis = 1000;

    Course(EngineFixture fixture, Program program, long seed) {
      this.fixture = fixture;
      this.program = program;
      this.random = new Random(seed);
      this.panes = 2L + random.nextInt(4);
      this.slidePanes = 1L + random.nextInt(2);
      this.place =
          new StatePlace(new StorageInMemory(), Codecs.builtIn(), random.nextBoolean() ? 0 : 200);
      this.uninterrupted = newState(placement);
      this.state = newState(placement);
    }

    private KeyedState newState(Placement by) {
      return fixture
          .engine()
          .newState(
              new StateDefinition(
                  "course", program.operator(panes, PANE_MILLIS), by, null, StateLimits.NONE));
    }

    void close() {
      state.close();
      uninterrupted.close();
    }

    private StateStep step(Map<Object, Integer> values, long timeMillis, Placement by) {
      List<Tuple2<Object, Object>> pairs = new ArrayList<>();
      values.forEach((key, value) -> pairs.add(new Tuple2<>(key, program.value(value))));
      PlanNode<?> input =
          fixture.context().parallelizePairs(pairs, 2).partitionBy((HashPartitioner) by).plan();
      return new StateStep(input, timeMillis, program.isWindow() ? window(timeMillis) : null);
    }

    private StateStep.WindowStep window(long timeMillis) {
      long slideMillis = slidePanes * PANE_MILLIS;
      long end = Math.floorDiv(timeMillis, slideMillis) * slideMillis;
      return new StateStep.WindowStep(
          Math.floorDiv(timeMillis + PANE_MILLIS - 1, PANE_MILLIS) * PANE_MILLIS,
          end > previousMillis ? end : null,
          end - panes * PANE_MILLIS);
    }

    private Map<Object, Integer> randomValues(int number) {
      Map<Object, Integer> values = new HashMap<>();
      for (int i = random.nextInt(NUM_KEYS); i > 0; i--) {
        int key = random.nextInt(NUM_KEYS);
        // Keys that are no longs come late.
        if (program != Program.WINDOW_OF_LISTS || key >= 3 || number > 12) {
          values.put(program.key(key), program.hasLists() ? number : random.nextInt(13) - 3);
        }
      }
      return values;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Set<Object> read(@Nullable PlanNode<?> node) {
      if (node == null) {
        return null;
      }
      List<Object> records = new ArrayList<>();
      for (Object record : fixture.context().rdd((PlanNode<Object>) node).collect()) {
        records.add(record);
      }
      Set<Object> distinct = new HashSet<>(records);
      assertThat(distinct).hasSameSizeAs(records);
      return distinct;
    }

    /** Takes a step on both and compares what they emit and hold. */
    void advance(int number) {
      long timeMillis =
          previousMillis + 500L * (1 + random.nextInt(random.nextInt(8) == 0 ? 30 : 4));
      for (int abandoned = random.nextInt(3); abandoned > 1; abandoned--) {
        Attempt attempt = attempt(randomValues(number), timeMillis);
        if (random.nextBoolean()) {
          attempt.persist(place, prefix(), new Cancellation());
        }
        attempt.abandon();
      }
      Map<Object, Integer> values = randomValues(number);
      Attempt expected =
          uninterrupted.step(step(values, timeMillis, new HashPartitioner(2)), new Cancellation());
      Attempt attempt = attempt(values, timeMillis);
      assertThat(read(attempt.emitted())).isEqualTo(read(expected.emitted()));
      if (!program.isWindow()) {
        assertThat(read(attempt.entries())).isEqualTo(read(expected.entries()));
      }
      files.addAll(attempt.persist(place, prefix(), new Cancellation()));
      assertThat(attempt.adopt().entries()).isEqualTo(expected.adopt().entries());
      previousMillis = timeMillis;
    }

    private Attempt attempt(Map<Object, Integer> values, long timeMillis) {
      StateStep step = step(values, timeMillis, placement);
      boolean isTold = random.nextBoolean();
      return state.step(
          isTold ? step.to(new StateStep.Delta(place, prefix())) : step, new Cancellation());
    }

    private String prefix() {
      return "data/" + ++numPrefixes;
    }

    /** Goes on in a fresh state. */
    void restore() {
      String form = state.form();
      state.close();
      if (random.nextInt(3) == 0) {
        placement = new HashPartitioner(1 + random.nextInt(4));
      }
      state = newState(placement);
      state.restore(place, form, files, new Cancellation());
      numRestores++;
    }

    /** Merges what is worth it, and forgets what that replaces. */
    void compact() throws Exception {
      Optional<Compaction> compaction = state.compact(place, prefix(), files);
      if (compaction.isEmpty()) {
        return;
      }
      numCompactions++;
      Set<String> replaced = new HashSet<>(compaction.get().replaced());
      List<StateFile> left = new ArrayList<>();
      boolean isPlaced = false;
      for (StateFile file : files) {
        if (!replaced.remove(file.name())) {
          left.add(file);
          continue;
        }
        place.storage().delete(file.name());
        if (!isPlaced) {
          left.addAll(compaction.get().merged());
          isPlaced = true;
        }
      }
      assertThat(replaced).isEmpty();
      files = left;
    }
  }

  @ParameterizedTest
  @EnumSource
  default void aRestoredState_goesOnLikeOneThatNeverStopped(Program program) throws Exception {
    for (long seed = 0; seed < 6; seed++) {
      Course course = new Course(this, program, seed);
      try {
        for (int number = 1; number <= 40; number++) {
          course.advance(number);
          if (course.random.nextInt(3) == 0) {
            course.restore();
          }
          course.compact();
        }
      } catch (Throwable e) {
        throw new AssertionError("with seed " + seed, e);
      } finally {
        course.close();
      }
      assertThat(course.numRestores).isGreaterThan(5);
      assertThat(course.numCompactions).isPositive();
    }
  }

  private KeyedState sums(Placement placement, @Nullable PlanNode<?> initial, StateLimits limits) {
    return engine()
        .newState(
            new StateDefinition(
                "sums", Program.UPDATED_LONGS.operator(1, 1), placement, initial, limits));
  }

  private PlanNode<?> pairs(Map<?, ?> values, Partitioner placement) {
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    values.forEach((key, value) -> pairs.add(new Tuple2<>(key, value)));
    return context().parallelizePairs(pairs, 2).partitionBy(placement).plan();
  }

  private static StatePlace place(int maxInlineBytes) {
    return new StatePlace(new StorageInMemory(), Codecs.builtIn(), maxInlineBytes);
  }

  private static List<StateFile> advance(
      KeyedState state, @Nullable PlanNode<?> input, long timeMillis, StatePlace place) {
    Attempt attempt = state.step(new StateStep(input, timeMillis, null), new Cancellation());
    List<StateFile> files = attempt.persist(place, "data/" + timeMillis, new Cancellation());
    attempt.adopt();
    return files;
  }

  @SuppressWarnings("unchecked")
  private Map<Object, Object> entries(KeyedState state, long timeMillis) {
    Attempt attempt = state.step(new StateStep(null, timeMillis, null), new Cancellation());
    Map<Object, Object> map = new HashMap<>();
    context()
        .pairRDD((PlanNode<Tuple2<Object, Object>>) attempt.entries())
        .collect()
        .forEach(pair -> map.put(pair._1(), pair._2()));
    attempt.adopt();
    return map;
  }

  @Test
  default void theInitialState_isWrittenWithTheFirstStep_andNotLoadedOverARestoredOne() {
    HashPartitioner by = new HashPartitioner(3);
    PlanNode<?> initial = pairs(Map.of(1L, 10L, 2L, 20L, 3L, 30L), by);
    StatePlace place = place(0);
    List<StateFile> files = new ArrayList<>();
    String form;
    try (KeyedState state = sums(by, initial, StateLimits.NONE)) {
      form = state.form();
      Attempt abandoned =
          state.step(new StateStep(pairs(Map.of(7L, 7L), by), 1000, null), new Cancellation());
      abandoned.persist(place, "data/abandoned", new Cancellation());
      abandoned.abandon();
      files.addAll(advance(state, pairs(Map.of(1L, 1L), by), 1000, place));
      files.addAll(advance(state, pairs(Map.of(2L, -1L), by), 2000, place));
    }
    try (KeyedState restored = sums(by, initial, StateLimits.NONE)) {
      restored.restore(place, form, files, new Cancellation());
      assertThat(entries(restored, 3000)).isEqualTo(Map.of(1L, 11L, 3L, 30L));
    }
  }

  @Test
  default void aStepThatChangesNothing_writesNothing() {
    HashPartitioner by = new HashPartitioner(3);
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      assertThat(advance(state, pairs(Map.of(1L, 10L), by), 1000, place(0))).hasSize(1);
      assertThat(advance(state, null, 2000, place(0))).isEmpty();
    }
  }

  @Test
  default void smallFiles_travelInline_andLargeOnesAreObjects() {
    HashPartitioner by = new HashPartitioner(1);
    Map<Long, Long> many = new HashMap<>();
    IntStream.range(0, 20_000).forEach(i -> many.put((long) i, 1L));
    StatePlace place = place(500);
    List<StateFile> files = new ArrayList<>();
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      files.addAll(advance(state, pairs(many, by), 1000, place));
      files.addAll(advance(state, pairs(Map.of(5L, 4L), by), 2000, place));
      assertThat(files).hasSize(2);
      assertThat(files.get(0).inline()).isEmpty();
      assertThat(files.get(0).numEntries()).isEqualTo(20_000);
      assertThat(files.get(1).inline())
          .hasValueSatisfying(bytes -> assertThat(bytes).hasSizeLessThan(500));
      assertThat(((StorageInMemory) place.storage()).objects.keySet())
          .containsExactly(files.get(0).name());
    }
    try (KeyedState restored = sums(by, null, StateLimits.NONE)) {
      restored.restore(place, "entries/1", files, new Cancellation());
      many.put(5L, 5L);
      assertThat(entries(restored, 3000)).isEqualTo(many);
    }
  }

  /** Nothing of it has a codec. */
  final class Uncoded implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  @Test
  default void aValueWithoutCodec_failsTheFirstTimeItIsWritten() {
    HashPartitioner by = new HashPartitioner(2);
    Function2<List<Object>, Optional<Object>, Optional<Object>> keep =
        (values, state) -> values.isEmpty() ? state : Optional.of(values.get(0));
    try (KeyedState state =
        engine()
            .newState(
                new StateDefinition(
                    "uncoded",
                    new StateOperator.UpdateKeys(keep, false),
                    by,
                    null,
                    StateLimits.NONE))) {
      Attempt attempt =
          state.step(
              new StateStep(pairs(Map.of(1L, new Uncoded()), by), 1000, null), new Cancellation());
      assertThatThrownBy(() -> attempt.persist(place(0), "data/1", new Cancellation()))
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("uncoded")
          .hasCauseInstanceOf(NotEncodableException.class)
          .hasMessageContaining(Uncoded.class.getName());
      attempt.abandon();
    }
  }

  @Test
  default void aStorageThatFails_isToldAsTheCause_andThePersistingCanBeRepeated() {
    HashPartitioner by = new HashPartitioner(2);
    StatePlace place = place(0);
    StorageInMemory storage = (StorageInMemory) place.storage();
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      Attempt attempt =
          state.step(
              new StateStep(pairs(Map.of(1L, 1L, 2L, 2L), by), 1000, null), new Cancellation());
      storage.failures.set(1);
      assertThatThrownBy(() -> attempt.persist(place, "data/1", new Cancellation()))
          .isInstanceOf(JobFailedException.class)
          .hasCauseInstanceOf(java.io.IOException.class)
          .hasMessageContaining("no space left");
      files = attempt.persist(place, "data/2", new Cancellation());
      attempt.adopt();
    }
    try (KeyedState restored = sums(by, null, StateLimits.NONE)) {
      restored.restore(place, "entries/1", files, new Cancellation());
      assertThat(entries(restored, 2000)).isEqualTo(Map.of(1L, 1L, 2L, 2L));
    }
  }

  /** An engine may tell of it when asked to persist, or try again by itself. */
  @Test
  default void aStorageThatFailsDuringTheStep_doesNotFailTheStep() {
    HashPartitioner by = new HashPartitioner(2);
    StatePlace place = place(0);
    StorageInMemory storage = (StorageInMemory) place.storage();
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      StateStep step = new StateStep(pairs(Map.of(1L, 1L, 2L, 2L), by), 1000, null);
      storage.failures.set(1);
      Attempt attempt =
          state.step(step.to(new StateStep.Delta(place, "data/1")), new Cancellation());
      files = persisted(attempt, place);
      attempt.adopt();
    }
    try (KeyedState restored = sums(by, null, StateLimits.NONE)) {
      restored.restore(place, "entries/1", files, new Cancellation());
      assertThat(entries(restored, 2000)).isEqualTo(Map.of(1L, 1L, 2L, 2L));
    }
  }

  private static List<StateFile> persisted(Attempt attempt, StatePlace place) {
    try {
      return attempt.persist(place, "data/2", new Cancellation());
    } catch (JobFailedException e) {
      assertThat(e).hasCauseInstanceOf(java.io.IOException.class);
      return attempt.persist(place, "data/3", new Cancellation());
    }
  }

  @Test
  default void aStepThatWasToldOnePlace_isWrittenToTheOneThatIsAskedFor() {
    HashPartitioner by = new HashPartitioner(2);
    StatePlace place = place(0);
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      StateStep step = new StateStep(pairs(Map.of(1L, 1L, 2L, 2L), by), 1000, null);
      Attempt attempt =
          state.step(step.to(new StateStep.Delta(place(0), "data/1")), new Cancellation());
      files = attempt.persist(place, "data/2", new Cancellation());
      attempt.adopt();
    }
    try (KeyedState restored = sums(by, null, StateLimits.NONE)) {
      restored.restore(place, "entries/1", files, new Cancellation());
      assertThat(entries(restored, 2000)).isEqualTo(Map.of(1L, 1L, 2L, 2L));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "short", "flipped"})
  default void aFileThatIsDamaged_isNamed_andLeavesTheStateEmpty(String damage) {
    HashPartitioner by = new HashPartitioner(1);
    StatePlace place = place(0);
    StorageInMemory storage = (StorageInMemory) place.storage();
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      files = advance(state, pairs(Map.of(1L, 1L), by), 1000, place);
    }
    String name = files.get(0).name();
    byte[] content = storage.objects.get(name).clone();
    switch (damage) {
      case "missing" -> storage.delete(name);
      case "short" -> storage.objects.put(name, Arrays.copyOf(content, content.length - 1));
      default -> {
        content[content.length / 2] ^= 1;
        storage.objects.put(name, content);
      }
    }
    try (KeyedState restored = sums(by, null, StateLimits.NONE)) {
      assertThatThrownBy(() -> restored.restore(place, "entries/1", files, new Cancellation()))
          .isInstanceOf(JobFailedException.class)
          .hasCauseInstanceOf(CorruptionException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("memory:");
      assertThat(entries(restored, 2000)).isEmpty();
    }
  }

  @Test
  default void aStateThatOutgrowsItsLimits_isNotRestored() {
    HashPartitioner by = new HashPartitioner(2);
    StatePlace place = place(0);
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      files = advance(state, pairs(Map.of(1L, 1L, 2L, 1L, 3L, 1L), by), 1000, place);
    }
    try (KeyedState restored = sums(by, null, new StateLimits(2, Long.MAX_VALUE))) {
      assertThatThrownBy(() -> restored.restore(place, "entries/1", files, new Cancellation()))
          .isInstanceOf(JobFailedException.class)
          .hasCauseInstanceOf(StateLimitException.class);
      assertThat(advance(restored, pairs(Map.of(1L, 1L, 2L, 1L), by), 2000, place)).isNotEmpty();
    }
  }

  @Test
  default void keysThatMoveToOtherPartitions_areFoundThere_andWhatIsGoneStaysGone()
      throws Exception {
    StatePlace place = place(0);
    List<StateFile> files = new ArrayList<>();
    try (KeyedState state = sums(new Shifted(0), null, StateLimits.NONE)) {
      files.addAll(
          advance(state, pairs(Map.of(0L, 5L, 1L, 6L, 2L, 7L), new Shifted(0)), 1000, place));
    }
    Map<Object, Object> expected = Map.of(1L, 6L, 2L, 8L, 3L, 9L);
    for (int number = 0; number < 2; number++) {
      try (KeyedState state = sums(new Shifted(1), null, StateLimits.NONE)) {
        state.restore(place, state.form(), files, new Cancellation());
        if (number == 0) {
          Map<Long, Long> changes = Map.of(0L, -1L, 2L, 1L, 3L, 9L);
          files.addAll(advance(state, pairs(changes, new Shifted(1)), 2000, place));
        } else {
          assertThat(entries(state, 3000)).isEqualTo(expected);
          Compaction compaction = state.compact(place, "data/merged", files).orElseThrow();
          assertThat(compaction.replaced()).hasSameSizeAs(files);
          files = compaction.merged();
        }
      }
    }
    assertThat(files).hasSize(2).allMatch(StateFile::isBase);
    assertThat(files).extracting(StateFile::numEntries).containsExactlyInAnyOrder(1L, 2L);
    for (Partitioner by : List.of(new Shifted(1), new Shifted(0), new HashPartitioner(3))) {
      try (KeyedState state = sums(by, null, StateLimits.NONE)) {
        state.restore(place, state.form(), files, new Cancellation());
        assertThat(entries(state, 3000)).isEqualTo(expected);
      }
    }
  }

  @Test
  default void keysOfAStateWithoutTimeout_timeOutAsIfTheFirstStepHadTouchedThem() {
    HashPartitioner by = new HashPartitioner(2);
    StatePlace place = place(0);
    List<StateFile> files;
    try (KeyedState state = sums(by, null, StateLimits.NONE)) {
      files = advance(state, pairs(Map.of(1L, 10L, 2L, 20L), by), 1000, place);
    }
    try (KeyedState state =
        engine()
            .newState(
                new StateDefinition(
                    "timed",
                    Program.SUMS_WITH_TIMEOUT.operator(1, 1),
                    by,
                    null,
                    StateLimits.NONE))) {
      state.restore(place, "entries/1", files, new Cancellation());
      assertThat(entries(state, 9000)).hasSize(2);
      advance(state, pairs(Map.of(2L, 1L), by), 11_000, place);
      assertThat(entries(state, 12_000)).isEqualTo(Map.of(1L, 10L, 2L, 21L));
      assertThat(entries(state, 12_001)).isEqualTo(Map.of(2L, 21L));
      assertThat(entries(state, 14_001)).isEmpty();
    }
  }

  /** The key's windows of three seconds, at each of these seconds. */
  private List<Object> windows(KeyedState state, long fromSecond, long toSecond) {
    List<Object> windows = new ArrayList<>();
    for (long second = fromSecond; second <= toSecond; second++) {
      long end = second * 1000;
      Attempt attempt =
          state.step(
              new StateStep(null, end, new StateStep.WindowStep(end, end, end - 3000)),
              new Cancellation());
      windows.add(context().rdd(attempt.emitted()).collect());
      attempt.adopt();
    }
    return windows;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  default void panes_arePartsOfLongerOnes(boolean hasInverse) {
    HashPartitioner by = new HashPartitioner(2);
    Function2<Long, Long, Long> add = Long::sum;
    Function2<Long, Long, Long> subtract = (all, gone) -> all - gone;
    Function2<Long, Long, Long> inverse = hasInverse ? subtract : null;
    StatePlace place = place(100);
    List<StateFile> files = new ArrayList<>();
    String form;
    try (KeyedState state =
        engine()
            .newState(
                new StateDefinition(
                    "window",
                    new StateOperator.CombinePanes(add, inverse, null, 6, 500),
                    by,
                    null,
                    StateLimits.NONE))) {
      form = state.form();
      for (long millis = 500; millis <= 3500; millis += 500) {
        StateStep.WindowStep window = new StateStep.WindowStep(millis, millis, millis - 3000);
        Attempt attempt =
            state.step(
                new StateStep(pairs(Map.of(7L, millis / 500), by), millis, window),
                new Cancellation());
        files.addAll(attempt.persist(place, "data/" + millis, new Cancellation()));
        attempt.adopt();
      }
    }
    try (KeyedState state =
        engine()
            .newState(
                new StateDefinition(
                    "window",
                    new StateOperator.CombinePanes(add, inverse, isNotZero(), 3, 1000),
                    by,
                    null,
                    StateLimits.NONE))) {
      state.restore(place, form, files, new Cancellation());
      // Batches of half a second had 1, 2, … 7; at 3.5 s the first was let go.
      assertThat(windows(state, 4, 7))
          .isEqualTo(
              List.of(
                  List.of(new Tuple2<>(7L, 3L + 4 + 5 + 6 + 7)),
                  List.of(new Tuple2<>(7L, 5L + 6 + 7)),
                  List.of(new Tuple2<>(7L, 7L)),
                  List.of()));
    }
  }

  private static Function<Tuple2<Object, Long>, Boolean> isNotZero() {
    return pair -> pair._2() != 0;
  }

  @Test
  default void forms_thatDoNotFit_areRefusedWithBothNames() {
    HashPartitioner by = new HashPartitioner(1);
    Function2<Long, Long, Long> add = Long::sum;
    try (KeyedState entries = sums(by, null, StateLimits.NONE);
        KeyedState window =
            engine()
                .newState(
                    new StateDefinition(
                        "window",
                        new StateOperator.CombinePanes(add, null, null, 3, 1000),
                        by,
                        null,
                        StateLimits.NONE))) {
      refuse(window, entries.form());
      refuse(entries, window.form());
      refuse(window, "panes/1/300ms");
      refuse(window, "panes/2/500ms");
      refuse(window, "inverse-panes/1/1000ms");
      refuse(window, "nonsense");
      window.restore(place(0), "panes/1/500ms", List.of(), new Cancellation());
    }
  }

  private static void refuse(KeyedState state, String form) {
    assertThatThrownBy(() -> state.restore(place(0), form, List.of(), new Cancellation()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(form)
        .hasMessageContaining(state.form());
  }

  /** A partitioner of a user's, whose keys move without the number of partitions telling. */
  final class Shifted extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final long shift;

    Shifted(long shift) {
      this.shift = shift;
    }

    @Override
    public int numPartitions() {
      return 2;
    }

    @Override
    public int getPartition(@Nullable Object key) {
      return (int) Math.floorMod(((Long) key) + shift, 2L);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Shifted shifted && shifted.shift == shift;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(shift);
    }
  }
}
