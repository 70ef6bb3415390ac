package io.millrace.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.internal.pipeline.Rows;
import io.millrace.rdd.HashPartitioner;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import io.millrace.stream.graph.WindowSpan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Windows on one partition against a model that keeps all records: batches at random times, ticks
 * that are merged, attempts that fail anywhere.
 */
class WindowPartitionTest {

  private static final int NUM_RUNS = 25;
  private static final int NUM_BATCHES = 120;
  private static final int NUM_KEYS = 8;

  /** Makes combines fail after so many calls; plain static, since functions travel. */
  private static final AtomicInteger CALLS_TO_FAILURE = new AtomicInteger(Integer.MAX_VALUE);

  private static final class Injected extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static void call() {
    if (CALLS_TO_FAILURE.getAndDecrement() == 0) {
      throw new Injected();
    }
  }

  /** How numbers become values, how these are combined, and what the model makes of numbers. */
  private enum Kind {
    /** Unboxed. */
    SUMS(true),
    /** Unboxed until a sum is too large for that, and then in text. */
    MISFITS(true),
    /** Lists that the combine changes and gives back. */
    LISTS(false),
    /** Lists, of which the inverse takes a prefix away. */
    QUEUES(true),
    /** Text in order of arrival. */
    TEXTS(false);

    private final boolean hasInverse;

    Kind(boolean hasInverse) {
      this.hasInverse = hasInverse;
    }

    Object of(long number) {
      return switch (this) {
        case SUMS, MISFITS -> number;
        case LISTS, QUEUES -> new ArrayList<>(List.of(number));
        case TEXTS -> number + ",";
      };
    }

    @SuppressWarnings("unchecked")
    Object combine(Object first, Object second) {
      return switch (this) {
        case SUMS -> (Long) first + (Long) second;
        case MISFITS -> misfit(number(first) + number(second));
        case LISTS, QUEUES -> {
          ((List<Object>) first).addAll((List<Object>) second);
          yield first;
        }
        case TEXTS -> (String) first + second;
      };
    }

    @SuppressWarnings("unchecked")
    Object without(Object all, Object leaving) {
      return switch (this) {
        case SUMS -> (Long) all - (Long) leaving;
        case MISFITS -> misfit(number(all) - number(leaving));
        case QUEUES -> {
          List<Object> queue = (List<Object>) all;
          List<Object> prefix = (List<Object>) leaving;
          assertThat(queue.subList(0, prefix.size())).isEqualTo(prefix);
          queue.subList(0, prefix.size()).clear();
          yield queue;
        }
        case LISTS, TEXTS -> throw new AssertionError(this + " has no inverse");
      };
    }

    private static long number(Object value) {
      return value instanceof Long number ? number : Long.parseLong(value.toString());
    }

    private static Object misfit(long number) {
      return number > 300 ? Long.toString(number) : (Object) number;
    }

    /** Of the values of some batches, in order; null for none. */
    @Nullable Object model(List<Long> numbers) {
      Object all = null;
      for (long number : numbers) {
        all = all == null ? of(number) : combine(all, of(number));
      }
      return all;
    }
  }

  private record Reduce(Kind kind) implements Function2<Object, Object, Object>, Serializable {
    @Override
    public Object call(Object first, Object second) {
      WindowPartitionTest.call();
      return kind.combine(first, second);
    }
  }

  private record Inverse(Kind kind) implements Function2<Object, Object, Object>, Serializable {
    @Override
    public Object call(Object all, Object leaving) {
      WindowPartitionTest.call();
      return kind.without(all, leaving);
    }
  }

  private static boolean isKept(Object value) {
    return !value.equals(0L) && !(value instanceof List<?> list && list.isEmpty());
  }

  private record Filter() implements Function<Tuple2<Object, Object>, Boolean>, Serializable {
    @Override
    public Boolean call(Tuple2<Object, Object> pair) {
      WindowPartitionTest.call();
      return isKept(pair._2());
    }
  }

  private static StatePartition partition(
      Kind kind, boolean inverse, boolean filter, WindowSpan span, StateLimits limits) {
    StateOperator.CombinePanes operator =
        new StateOperator.CombinePanes(
            new Reduce(kind),
            inverse ? new Inverse(kind) : null,
            filter ? new Filter() : null,
            span.lengthMillis() / span.paneMillis(),
            span.paneMillis());
    StateDefinition definition =
        new StateDefinition("window", operator, new HashPartitioner(1), null, limits);
    return StatePartitions.of(
        definition, 0, new Quota("window", limits), objects -> 16L * objects.length);
  }

  private static StateStep step(WindowSpan span, long time, long previous) {
    long end = span.lastEndAt(time);
    return new StateStep(
        null,
        time,
        new StateStep.WindowStep(
            span.paneEnd(time),
            span.lastEndAt(time) > previous ? end : null,
            end - span.lengthMillis()));
  }

  private static @Nullable Map<Object, Object> emitted(
      Optional<Rows> rows, StatePartition partition, boolean fires) throws Exception {
    if (!fires) {
      assertThat(rows).isEmpty();
      assertThat(partition.view()).isEmpty();
      return null;
    }
    List<Tuple2<Object, Object>> pairs =
        rows.isPresent()
            ? RandomReader.pairs(
                new RandomReader(
                    Arrays.asList(rows.get().elements()).subList(0, rows.get().size()),
                    new Random(1)),
                10)
            : RandomReader.pairs(partition.view().orElseThrow().open(), 10);
    Map<Object, Object> map = new HashMap<>();
    pairs.forEach(pair -> assertThat(map.put(pair._1(), pair._2())).isNull());
    return map;
  }

  /** What a batch had of each key. */
  private record Batch(long time, Map<Object, Long> values) {}

  private static Batch randomBatch(Kind kind, Random random, long time, int number) {
    Map<Object, Long> values = new LinkedHashMap<>();
    for (int i = random.nextInt(NUM_KEYS); i > 0; i--) {
      int key = random.nextInt(NUM_KEYS);
      values.put(
          number > NUM_BATCHES / 2 && key % 3 == 0 ? (Object) ("k" + key) : (Object) (long) key,
          kind == Kind.SUMS || kind == Kind.MISFITS
              ? random.nextInt(5) - 2L + (number > 80 && kind == Kind.MISFITS ? 100 : 0)
              : (long) number);
    }
    return new Batch(time, values);
  }

  private static List<Object> input(Kind kind, Batch batch) {
    List<Object> input = new ArrayList<>();
    batch.values().forEach((key, number) -> input.add(new Tuple2<>(key, kind.of(number))));
    return input;
  }

  /**
   * @param maxGap of how many batch intervals a batch's time is at most after that of the one
   *     before
   */
  @ParameterizedTest(name = "{0}, inverse {1}, filter {2}, {3} by {4}, gaps to {5}")
  @CsvSource({
    "SUMS, false, false, 5, 1, 1",
    "SUMS, false, false, 5, 1, 9",
    "SUMS, false, false, 300, 1, 3",
    "SUMS, false, false, 6, 4, 3",
    "SUMS, true, false, 5, 1, 1",
    "SUMS, true, false, 6, 4, 3",
    "SUMS, true, true, 5, 1, 1",
    "SUMS, true, true, 5, 1, 9",
    "SUMS, true, true, 3, 2, 1",
    "SUMS, true, true, 7, 3, 2",
    "SUMS, true, true, 2, 6, 3",
    "MISFITS, false, false, 4, 1, 2",
    "MISFITS, false, false, 9, 6, 2",
    "MISFITS, true, true, 4, 2, 2",
    "LISTS, false, false, 4, 1, 1",
    "LISTS, false, false, 6, 4, 3",
    "LISTS, false, false, 2, 4, 2",
    "QUEUES, true, false, 4, 1, 1",
    "QUEUES, true, true, 4, 1, 3",
    "QUEUES, true, true, 6, 4, 3",
    "TEXTS, false, false, 7, 1, 1",
    "TEXTS, false, false, 7, 2, 3",
    "TEXTS, false, false, 8, 4, 3",
    "TEXTS, false, false, 40, 1, 60"
  })
  void windows_areThoseOfAModel_thoughAttemptsFail(
      Kind kind, boolean inverse, boolean filter, int length, int slide, int maxGap)
      throws Exception {
    assertThat(kind.hasInverse || !inverse).isTrue();
    WindowSpan span = new WindowSpan(1000L * length, 1000L * slide);
    for (long seed = 0; seed < NUM_RUNS; seed++) {
      Random random = new Random(seed);
      StatePartition partition = partition(kind, inverse, filter, span, StateLimits.NONE);
      StatePartition neverFailing = partition(kind, inverse, filter, span, StateLimits.NONE);
      Model model = new Model(kind, inverse, filter, span);
      long previous = 0;
      for (int number = 1; number <= NUM_BATCHES; number++) {
        String about = "seed " + seed + ", batch " + number;
        long time = previous + 1000L * (1 + random.nextInt(maxGap));
        StateStep step = step(span, time, previous);
        for (int failures = random.nextInt(3); failures > 0; failures--) {
          Batch batch = randomBatch(kind, random, time, number);
          addStrayKeys(batch, kind, random);
          failedAttempt(partition, kind, batch, step, random);
        }
        Batch batch = randomBatch(kind, random, time, number);
        Optional<Rows> rows =
            partition.attempt(new RandomReader(input(kind, batch), random), step, () -> {});
        Map<Object, Object> emitted = emitted(rows, partition, span.lastEndAt(time) > previous);
        assertThat(emitted).as(about).isEqualTo(model.advance(batch, previous));
        StateSize size = partition.adopt();
        assertThat(size.entries()).as(about).isLessThanOrEqualTo(2L * NUM_KEYS);
        neverFailing.attempt(
            new RandomReader(input(kind, batch), new Random(seed)), step, () -> {});
        // Stacks that are made anew combine other panes, which may be the first to misfit.
        if (kind != Kind.MISFITS || inverse) {
          assertThat(size).as(about).isEqualTo(neverFailing.adopt());
        } else {
          neverFailing.adopt();
        }
        previous = time;
      }
      // All that is left goes: nothing is kept of keys that no window holds.
      for (int i = 0; i < 3; i++) {
        long time = previous + 2000L * (length + slide);
        partition.attempt(
            new RandomReader(List.of(), random), step(span, time, previous), () -> {});
        long entries = partition.adopt().entries();
        previous = time;
        if (!inverse || filter) {
          assertThat(entries).as("seed %s", seed).isZero();
        }
      }
    }
  }

  /** Many keys that come in no other batch, of one kind or mixed. */
  private static void addStrayKeys(Batch batch, Kind kind, Random random) {
    boolean isMixed = random.nextBoolean();
    for (int i = random.nextInt(3) * random.nextInt(200); i > 0; i--) {
      batch.values().put(isMixed && i % 2 == 0 ? "stray " + i : (Object) (1000L + i), 1L);
      if (kind == Kind.MISFITS && isMixed) {
        batch.values().put(2L, 1000L);
      }
    }
  }

  private static void failedAttempt(
      StatePartition partition, Kind kind, Batch batch, StateStep step, Random random)
      throws Exception {
    CALLS_TO_FAILURE.set(random.nextBoolean() ? random.nextInt(20) : Integer.MAX_VALUE);
    try {
      partition.attempt(new RandomReader(input(kind, batch), random), step, () -> {});
    } catch (Injected e) {
      // As meant.
    } finally {
      CALLS_TO_FAILURE.set(Integer.MAX_VALUE);
    }
    if (random.nextBoolean()) {
      partition.abandon();
    }
  }

  /** Keeps every batch, and combines anew for each window, with inverse or without. */
  private static final class Model {

    private final Kind kind;
    private final boolean inverse;
    private final boolean filter;
    private final WindowSpan span;
    private final List<Batch> batches = new ArrayList<>();

    private final Map<Object, Boolean> everSeen = new LinkedHashMap<>();

    Model(Kind kind, boolean inverse, boolean filter, WindowSpan span) {
      this.kind = kind;
      this.inverse = inverse;
      this.filter = filter;
      this.span = span;
    }

    @Nullable Map<Object, Object> advance(Batch batch, long previous) {
      boolean fires = span.lastEndAt(batch.time()) > previous;
      long end = span.lastEndAt(batch.time());
      boolean isLate = end < batch.time();
      if (!isLate) {
        add(batch);
      }
      Map<Object, Object> window = fires ? window(end) : null;
      if (isLate) {
        add(batch);
      }
      return window;
    }

    private void add(Batch batch) {
      batches.add(batch);
      batch.values().keySet().forEach(key -> everSeen.put(key, true));
    }

    private Map<Object, Object> window(long end) {
      Map<Object, Object> window = new HashMap<>();
      for (Object key : everSeen.keySet()) {
        List<Long> numbers = new ArrayList<>();
        for (Batch batch : batches) {
          Long number = batch.values().get(key);
          if (number != null && span.holds(end, batch.time())) {
            numbers.add(number);
          }
        }
        Object value = kind.model(numbers);
        if (value != null) {
          window.put(key, value);
        } else if (inverse && !filter) {
          window.put(key, kind == Kind.QUEUES ? List.of() : 0L);
        }
      }
      if (filter) {
        window.values().removeIf(value -> !isKept(value));
      }
      return window;
    }
  }

  @Test
  void aLateWindowThatDropsAKeyWhichComesBack_isUndoneWhole() throws Exception {
    WindowSpan span = new WindowSpan(3000, 1000);
    StatePartition partition = partition(Kind.SUMS, true, true, span, StateLimits.NONE);
    assertThat(advance(partition, span, 1000, 0, 5L)).isEqualTo(Map.of("k", 5L));
    assertThat(advance(partition, span, 2000, 1000, -2L)).isEqualTo(Map.of("k", 3L));
    assertThat(advance(partition, span, 3000, 2000, -3L)).isEqualTo(Map.of());
    assertThat(advance(partition, span, 4000, 3000, 4L)).isEqualTo(Map.of("k", -1L));
    assertThat(advance(partition, span, 4500, 4000, -1L)).isNull();
    // Fires for 5 s, in a batch of its own: the key is dropped, and comes back in the batch.
    for (int i = 0; i < 2; i++) {
      Optional<Rows> rows =
          partition.attempt(
              new RandomReader(List.of(new Tuple2<>("k", 9L)), new Random(1)),
              step(span, 5500, 4500),
              () -> {});
      assertThat(emitted(rows, partition, true)).isEqualTo(Map.of());
      if (i == 0) {
        partition.abandon();
      }
    }
    partition.adopt();
    assertThat(advance(partition, span, 6000, 5500, 1L)).isEqualTo(Map.of("k", 13L));
    assertThat(advance(partition, span, 9000, 6000)).isEqualTo(Map.of());
  }

  private static @Nullable Map<Object, Object> advance(
      StatePartition partition, WindowSpan span, long time, long previous, Long... values)
      throws Exception {
    List<Tuple2<String, Long>> input =
        Arrays.stream(values).map(value -> new Tuple2<>("k", value)).toList();
    Optional<Rows> rows =
        partition.attempt(
            new RandomReader(input, new Random(1)), step(span, time, previous), () -> {});
    Map<Object, Object> window = emitted(rows, partition, span.lastEndAt(time) > previous);
    partition.adopt();
    return window;
  }
}
