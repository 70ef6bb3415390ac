package io.millrace.stream;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that take away what leaves them: worked values, and against windows that don't. */
@Timeout(60)
class InverseWindowTest {

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static <V> Tuple2<String, V> pair(@Nullable String key, V value) {
    return new Tuple2<>(key, value);
  }

  private static final List<@Nullable List<Tuple2<String, Integer>>> BATCHES =
      asList(
          List.of(pair("a", 1), pair("b", 2), pair("a", 3)),
          null,
          List.of(pair(null, 4)),
          List.of());

  private static List<@Nullable Map<String, Integer>> maps(
      Recorded<Tuple2<String, Integer>> recorded) {
    List<@Nullable Map<String, Integer>> maps = new ArrayList<>();
    for (List<Tuple2<String, Integer>> batch : recorded.batches()) {
      Map<String, Integer> map = batch == null ? null : new HashMap<>();
      if (batch != null) {
        batch.forEach(entry -> assertThat(map.put(entry._1(), entry._2())).isNull());
      }
      maps.add(map);
    }
    return maps;
  }

  private static Map<String, Integer> map(Object... keysAndValues) {
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], (Integer) keysAndValues[i + 1]);
    }
    return map;
  }

  @Test
  void withoutFilter_keysThatLeftKeepWhatIsLeftOfThem() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> windows =
          test.record(
              test.pairInput(BATCHES, 2)
                  .reduceByKeyAndWindow(
                      Integer::sum, (all, gone) -> all - gone, seconds(2), seconds(1)));
      test.run(5);
      assertThat(maps(windows))
          .containsExactly(
              map("a", 4, "b", 2),
              map("a", 4, "b", 2),
              map("a", 0, "b", 0, null, 4),
              map("a", 0, "b", 0, null, 4),
              map("a", 0, "b", 0, null, 0));
    }
  }

  @Test
  void withFilter_keysThatFailItAreForgotten() throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> input = test.pairInput(BATCHES, 2);
      Recorded<Tuple2<String, Integer>> byNumber =
          test.record(
              input
                  .reduceByKeyAndWindow(
                      Integer::sum,
                      (all, gone) -> all - gone,
                      seconds(2),
                      seconds(1),
                      7,
                      entry -> entry._2() != 0)
                  .uid("by number"));
      Recorded<Tuple2<String, Integer>> byPartitioner =
          test.record(
              input
                  .reduceByKeyAndWindow(
                      Integer::sum,
                      (all, gone) -> all - gone,
                      seconds(2),
                      seconds(1),
                      new HashPartitioner(1),
                      entry -> entry._2() != 0)
                  .uid("by partitioner"));
      test.run(5);
      assertThat(maps(byNumber))
          .containsExactly(
              map("a", 4, "b", 2), map("a", 4, "b", 2), map(null, 4), map(null, 4), map());
      assertThat(maps(byPartitioner)).isEqualTo(maps(byNumber));
      assertThat(byNumber.partitions().get(0)).hasSize(7);
      assertThat(byPartitioner.partitions().get(0)).hasSize(1);
    }
  }

  @Test
  void aValueThatTheFilterFailsBeforeTheFirstWindow_isNotInIt() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> windows =
          test.record(
              test.pairInput(List.of(List.of(pair("a", 0), pair("b", 1))), 1)
                  .reduceByKeyAndWindow(
                      Integer::sum,
                      (all, gone) -> all - gone,
                      seconds(3),
                      seconds(2),
                      2,
                      entry -> entry._2() != 0));
      test.run(4);
      assertThat(maps(windows)).containsExactly(null, map("b", 1), null, map());
    }
  }

  @ParameterizedTest(name = "{0} by {1}, {2} partitions")
  @CsvSource({"1, 1, 1", "3, 1, 2", "10, 1, 7", "4, 2, 2", "3, 2, 1", "6, 4, 3", "2, 5, 2"})
  void windowsAreThoseWithoutInverse(int length, int slide, int numPartitions) throws Exception {
    for (long seed = 0; seed < Integer.getInteger("tests.seeds", 3); seed++) {
      Random random = new Random(seed);
      List<@Nullable List<Tuple2<String, Integer>>> batches = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        batches.add(
            random.nextInt(5) == 0
                ? null
                : IntStream.range(0, random.nextInt(8))
                    // One key has most of the records.
                    .mapToObj(
                        j ->
                            pair(
                                random.nextInt(10) < 7 ? "hot" : "k" + random.nextInt(6),
                                1 + random.nextInt(100)))
                    .toList());
      }
      try (StreamTest test = new StreamTest()) {
        PairDStream<String, Integer> input = test.pairInput(batches, 3);
        Recorded<Tuple2<String, Integer>> inverse =
            test.record(
                input
                    .reduceByKeyAndWindow(
                        Integer::sum,
                        (all, gone) -> all - gone,
                        seconds(length),
                        seconds(slide),
                        numPartitions,
                        entry -> entry._2() != 0)
                    .uid("inverse"));
        Recorded<Tuple2<String, Integer>> plain =
            test.record(
                input
                    .reduceByKeyAndWindow(
                        Integer::sum, seconds(length), seconds(slide), numPartitions)
                    .uid("plain"));
        test.run(40);
        assertThat(maps(inverse)).as("seed %s", seed).isEqualTo(maps(plain));
      }
    }
  }

  @Test
  void reduceByWindow_withInverse_isOneValue() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Integer> windows =
          test.record(
              test.input(asList(List.of(), List.of(1, 2), null, List.of(3)), 2)
                  .reduceByWindow(Integer::sum, (all, gone) -> all - gone, seconds(2), seconds(1)));
      test.run(6);
      assertThat(windows.batches())
          .containsExactly(List.of(), List.of(3), List.of(3), List.of(3), List.of(3), List.of(0));
    }
  }
}
