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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows that count, and those that group: input batches to output batches. */
@Timeout(60)
class CountWindowTest {

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static final List<@Nullable List<String>> WORDS =
      asList(List.of("a", "b", "a"), List.of(), null, asList("b", null), List.of("a"));

  @Test
  void countByWindow_countsAlsoNothing() throws Exception {
    try (StreamTest test = new StreamTest()) {
      InputDStream<String> input = test.input(WORDS, 2);
      Recorded<Long> overlapping =
          test.record(input.countByWindow(seconds(3), seconds(1)).uid("a"));
      Recorded<Long> tumbling = test.record(input.countByWindow(seconds(2), seconds(2)).uid("b"));
      Recorded<Long> apart = test.record(input.countByWindow(seconds(1), seconds(3)).uid("c"));
      test.run(9);
      assertThat(overlapping.batches())
          .containsExactly(
              List.of(3L),
              List.of(3L),
              List.of(3L),
              List.of(2L),
              List.of(3L),
              List.of(3L),
              List.of(1L),
              List.of(0L),
              List.of(0L));
      assertThat(tumbling.batches())
          .containsExactly(
              null, List.of(3L), null, List.of(2L), null, List.of(1L), null, List.of(0L), null);
      assertThat(apart.batches())
          .containsExactly(
              null, null, List.of(0L), null, null, List.of(0L), null, null, List.of(0L));
    }
  }

  private static Map<@Nullable String, Long> counts(Object... keysAndCounts) {
    Map<@Nullable String, Long> counts = new HashMap<>();
    for (int i = 0; i < keysAndCounts.length; i += 2) {
      counts.put((String) keysAndCounts[i], (long) (Integer) keysAndCounts[i + 1]);
    }
    return counts;
  }

  private static <V> List<Map<@Nullable String, V>> maps(Recorded<Tuple2<String, V>> recorded) {
    List<Map<@Nullable String, V>> maps = new ArrayList<>();
    for (List<Tuple2<String, V>> batch : recorded.batches()) {
      Map<@Nullable String, V> map = new HashMap<>();
      batch.forEach(entry -> assertThat(map.put(entry._1(), entry._2())).isNull());
      maps.add(map);
    }
    return maps;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7})
  void countByValueAndWindow_hasOnlyWhatOccurs(int numPartitions) throws Exception {
    try (StreamTest test = new StreamTest()) {
      InputDStream<String> input = test.input(WORDS, 2);
      Recorded<Tuple2<String, Long>> counted =
          test.record(
              numPartitions == 0
                  ? input.countByValueAndWindow(seconds(2), seconds(1))
                  : input.countByValueAndWindow(seconds(2), seconds(1), numPartitions));
      test.run(7);
      assertThat(maps(counted))
          .containsExactly(
              counts("a", 2, "b", 1),
              counts("a", 2, "b", 1),
              counts(),
              counts("b", 1, null, 1),
              counts("b", 1, null, 1, "a", 1),
              counts("a", 1),
              counts());
      assertThat(counted.partitions().get(0)).hasSize(numPartitions == 0 ? 2 : numPartitions);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void groupByKeyAndWindow_keepsTheOrderOfArrival(int form) throws Exception {
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> input =
          test.pairInput(
              asList(
                  List.of(new Tuple2<>("a", 1), new Tuple2<>("b", 2), new Tuple2<>("a", 3)),
                  null,
                  asList(new Tuple2<>("a", 4), new Tuple2<>((String) null, (Integer) null))),
              2);
      PairDStream<String, Iterable<Integer>> grouped =
          switch (form) {
            case 0 -> input.groupByKeyAndWindow(seconds(3));
            case 1 -> input.groupByKeyAndWindow(seconds(3), seconds(1));
            case 2 -> input.groupByKeyAndWindow(seconds(3), seconds(1), 7);
            default -> input.groupByKeyAndWindow(seconds(3), seconds(1), new HashPartitioner(1));
          };
      Recorded<Tuple2<String, List<Integer>>> recorded =
          test.record(
              grouped.mapValues(
                  values -> {
                    List<Integer> list = new ArrayList<>();
                    values.forEach(list::add);
                    return list;
                  }));
      test.run(6);
      Map<@Nullable String, List<Integer>> third = new HashMap<>();
      third.put("a", List.of(1, 3, 4));
      third.put("b", List.of(2));
      third.put(null, asList((Integer) null));
      Map<@Nullable String, List<Integer>> fourth = new HashMap<>();
      fourth.put("a", List.of(4));
      fourth.put(null, asList((Integer) null));
      Map<@Nullable String, List<Integer>> first = Map.of("a", List.of(1, 3), "b", List.of(2));
      assertThat(maps(recorded)).containsExactly(first, first, third, fourth, fourth, Map.of());
      assertThat(recorded.partitions().get(2)).hasSize(form == 2 ? 7 : form == 3 ? 1 : 2);
    }
  }
}
