package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.function.Function2;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that are combined: against worked values, and against a model over random input. */
@Timeout(60)
class CombinedWindowTest {

  private static final int NUM_BATCHES = 25;

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void reduceByWindow_combinesTheBatchesOfTheWindow() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> recorded =
          test.record(
              test.input(asList(List.of(1, 2), List.of(), null, List.of(3), List.of(4, 5)), 2)
                  .reduceByWindow(Integer::sum, seconds(3), seconds(1)));
      test.run(8);
      assertThat(recorded.batches())
          .containsExactly(
              List.of(3),
              List.of(3),
              List.of(3),
              List.of(3),
              List.of(12),
              List.of(12),
              List.of(9),
              List.of());
    }
  }

  @Test
  void reduceByKeyAndWindow_combinesInOrderOfArrival() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, String>> recorded =
          test.record(
              test.pairInput(
                      List.of(
                          List.of(Tuple2.of("k", "a"), Tuple2.of("k", "b")),
                          List.of(Tuple2.of("k", "c")),
                          List.of(Tuple2.of("k", "d"), Tuple2.of("l", "e"))),
                      2)
                  .reduceByKeyAndWindow(String::concat, seconds(2), seconds(1), 1));
      test.run(5);
      assertThat(recorded.batches())
          .containsExactly(
              List.of(Tuple2.of("k", "ab")),
              List.of(Tuple2.of("k", "abc")),
              List.of(Tuple2.of("k", "cd"), Tuple2.of("l", "e")),
              List.of(Tuple2.of("k", "d"), Tuple2.of("l", "e")),
              List.of());
    }
  }

  @Test
  void reduceByKeyAndWindow_withoutSlideAndPartitions_takesDefaults() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> recorded =
          test.record(
              test.pairInput(List.of(List.of(Tuple2.of("k", 1)), List.of(Tuple2.of("k", 2))), 1)
                  .reduceByKeyAndWindow(Integer::sum, seconds(2)));
      test.run(3);
      assertThat(recorded.batches())
          .containsExactly(
              List.of(Tuple2.of("k", 1)), List.of(Tuple2.of("k", 3)), List.of(Tuple2.of("k", 2)));
      assertThat(recorded.partitions().get(0)).hasSize(2);
    }
  }

  // Against a model

  /** Random batches, some empty, some without dataset. */
  private static List<List<Tuple2<String, Integer>>> randomBatches(long seed) {
    Random random = new Random(seed);
    List<List<Tuple2<String, Integer>>> batches = new ArrayList<>();
    for (int i = 0; i < NUM_BATCHES; i++) {
      int size = random.nextInt(9) - 2;
      if (size < 0) {
        batches.add(null);
        continue;
      }
      List<Tuple2<String, Integer>> batch = new ArrayList<>();
      for (int j = 0; j < size; j++) {
        batch.add(Tuple2.of("k" + random.nextInt(4), random.nextInt(100)));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** For each batch the values of each key in its window in order; null where none fires. */
  private static List<Map<String, List<Integer>>> model(
      List<List<Tuple2<String, Integer>>> batches, int length, int slide) {
    List<Map<String, List<Integer>>> windows = new ArrayList<>();
    for (int time = 1; time <= NUM_BATCHES; time++) {
      if (time % slide != 0) {
        windows.add(null);
        continue;
      }
      Map<String, List<Integer>> window = new HashMap<>();
      for (int held = Math.max(1, time - length + 1); held <= time; held++) {
        List<Tuple2<String, Integer>> batch = batches.get(held - 1);
        for (Tuple2<String, Integer> pair :
            batch == null ? List.<Tuple2<String, Integer>>of() : batch) {
          window.computeIfAbsent(pair._1(), k -> new ArrayList<>()).add(pair._2());
        }
      }
      windows.add(window);
    }
    return windows;
  }

  /** Runs a combine of values that are made of each number, and gives them back as numbers. */
  private static <V> List<Map<String, List<Integer>>> run(
      List<List<Tuple2<String, Integer>>> batches,
      int length,
      int slide,
      io.millrace.function.Function<Integer, V> make,
      Function2<V, V, V> combine,
      Function<V, List<Integer>> numbersOf)
      throws InterruptedException {
    try (StreamTest test = new StreamTest(new Conf().setMaster("local[2]"), seconds(1))) {
      PairDStream<String, V> windowed =
          test.pairInput(batches, 3)
              .mapValues(make)
              .reduceByKeyAndWindow(combine, seconds(length), seconds(slide), 3);
      List<Map<String, List<Integer>>> windows = new ArrayList<>();
      Recorded<Tuple2<String, V>> recorded = test.record(windowed);
      windowed.foreachRDD(
          (rdd, time) -> {
            while (windows.size() < time.milliseconds() / 1000 - 1) {
              windows.add(null);
            }
            // Looked at in the batch itself, since a value that is shared could change later.
            Map<String, List<Integer>> window = new HashMap<>();
            rdd.collect().forEach(pair -> window.put(pair._1(), numbersOf.apply(pair._2())));
            windows.add(window);
          });
      test.run(NUM_BATCHES);
      while (windows.size() < NUM_BATCHES) {
        windows.add(null);
      }
      assertThat(recorded.batches()).hasSize(NUM_BATCHES);
      return windows;
    }
  }

  private static List<Map<String, List<Integer>>> sums(List<Map<String, List<Integer>>> windows) {
    List<Map<String, List<Integer>>> sums = new ArrayList<>();
    for (Map<String, List<Integer>> window : windows) {
      Map<String, List<Integer>> sum = window == null ? null : new HashMap<>();
      if (window != null) {
        window.forEach(
            (key, values) -> sum.put(key, List.of(values.stream().mapToInt(i -> i).sum())));
      }
      sums.add(sum);
    }
    return sums;
  }

  private static final String SPANS =
      """
      1, 1
      5, 1
      8, 1
      4, 4
      6, 2
      5, 2
      7, 3
      6, 4
      2, 5
      3, 7
      """;

  @ParameterizedTest
  @CsvSource(textBlock = SPANS)
  @Tag("one-run")
  void reduceByKeyAndWindow_ofNumbers_agreesWithAModel(int length, int slide) throws Exception {
    long seed = 1_000L * length + slide;
    List<List<Tuple2<String, Integer>>> batches = randomBatches(seed);
    assertThat(run(batches, length, slide, i -> i, Integer::sum, List::of))
        .as("seed %d", seed)
        .isEqualTo(sums(model(batches, length, slide)));
  }

  @ParameterizedTest
  @CsvSource(textBlock = SPANS)
  @Tag("one-run")
  void reduceByKeyAndWindow_thatChangesLists_agreesWithAModel(int length, int slide)
      throws Exception {
    long seed = 2_000L * length + slide;
    List<List<Tuple2<String, Integer>>> batches = randomBatches(seed);
    assertThat(
            run(
                batches,
                length,
                slide,
                i -> new ArrayList<>(List.of(i)),
                (left, right) -> {
                  left.addAll(right);
                  return left;
                },
                List::copyOf))
        .as("seed %d", seed)
        .isEqualTo(model(batches, length, slide));
  }

  @ParameterizedTest
  @CsvSource(textBlock = SPANS)
  @Tag("one-run")
  void reduceByKeyAndWindow_thatChangesArrays_agreesWithAModel(int length, int slide)
      throws Exception {
    long seed = 3_000L * length + slide;
    List<List<Tuple2<String, Integer>>> batches = randomBatches(seed);
    assertThat(
            run(
                batches,
                length,
                slide,
                i -> new int[] {i},
                (left, right) -> {
                  left[0] += right[0];
                  return left;
                },
                array -> Arrays.stream(array).boxed().toList()))
        .as("seed %d", seed)
        .isEqualTo(sums(model(batches, length, slide)));
  }

  @Test
  @Tag("one-run")
  void reduceByKeyAndWindow_copiesMutableValuesAlsoBesideImmutableOnes() throws Exception {
    try (StreamTest test = new StreamTest()) {
      List<Tuple2<String, List<Integer>>> batch =
          List.of(Tuple2.of("fixed", null), Tuple2.of("open", new ArrayList<>(List.of(1))));
      PairDStream<String, List<Integer>> windowed =
          test.pairInput(List.of(batch, List.of(Tuple2.of("open", List.of(2)))), 1)
              .reduceByKeyAndWindow(
                  (left, right) -> {
                    left.addAll(right);
                    return left;
                  },
                  seconds(4),
                  seconds(1),
                  1);
      List<String> seen = new ArrayList<>();
      windowed.foreachRDD(rdd -> seen.add(rdd.collectAsMap().get("open").toString()));
      test.run(4);
      assertThat(seen).containsExactly("[1]", "[1, 2]", "[1, 2]", "[1, 2]");
    }
  }
}
