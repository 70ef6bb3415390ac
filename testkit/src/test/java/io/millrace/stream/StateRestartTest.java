package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stateful programs go on where they were, on as many cores as there are then. */
@Timeout(60)
class StateRestartTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path checkpoint;
  @TempDir private Path input;
  private final ManualClock clock = new ManualClock();
  private final Map<String, List<Map<String, Long>>> seen = new TreeMap<>();
  private int numFiles;

  private void declare(StreamingContext context) {
    PairDStream<String, Long> ones =
        context.textFileStream(input.toString()).mapToPair(word -> new Tuple2<>(word, 1L));
    record(
        "updated",
        ones.updateStateByKey((values, state) -> Optional.of(state.orElse(0L) + values.size())));
    record(
        "mapped",
        ones.mapWithState(
                StateSpec.<String, Long, Long, Long>function(
                        (word, one, state) -> {
                          if (!state.isTimingOut()) {
                            state.update(state.getOption().orElse(0L) + 1);
                          }
                          return state.get();
                        })
                    .timeout(Duration.ofSeconds(3)))
            .stateSnapshots());
    record("window", ones.reduceByKeyAndWindow(Long::sum, Duration.ofSeconds(3)));
    record(
        "inverse",
        ones.reduceByKeyAndWindow(
            Long::sum, (all, gone) -> all - gone, Duration.ofSeconds(4), SECOND));
  }

  private void record(String name, PairDStream<String, Long> stream) {
    stream
        .uid(name + "-state")
        .foreachRDD(
            rdd -> {
              Map<String, Long> map = new TreeMap<>();
              rdd.collect().forEach(pair -> map.put(pair._1(), pair._2()));
              seen.computeIfAbsent(name, key -> new ArrayList<>()).add(map);
            });
  }

  /** Runs the program for as many batches as there are lists of words, then stops it at once. */
  private void run(int numCores, List<List<String>> batches) throws Exception {
    Conf conf = new Conf().setMaster("local[" + numCores + "]").setAppName("state");
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(checkpoint.toString());
      declare(context);
      context.start();
      awaitIdle(context);
      for (List<String> words : batches) {
        if (!words.isEmpty()) {
          String name = "words-" + ++numFiles;
          Path written =
              Files.write(checkpoint.resolveSibling(name + "-" + input.getFileName()), words);
          Files.move(written, input.resolve(name));
        }
        clock.advance(SECOND);
        awaitIdle(context);
      }
    }
  }

  private void awaitIdle(StreamingContext context) throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1, 3})
  void statesAndWindows_goOnWhereTheyWere(int numCoresLater) throws Exception {
    List<List<String>> before = List.of(List.of("a", "b", "a"), List.of("b"), List.of("a", "c"));
    List<List<String>> after = List.of(List.of("c"), List.of(), List.of("a"), List.of(), List.of());
    run(2, before);
    run(numCoresLater, after.subList(0, 1));
    run(numCoresLater, after.subList(1, 5));
    assertThat(seen.get("updated"))
        .containsExactly(
            Map.of("a", 2L, "b", 1L),
            Map.of("a", 2L, "b", 2L),
            Map.of("a", 3L, "b", 2L, "c", 1L),
            Map.of("a", 3L, "b", 2L, "c", 2L),
            Map.of("a", 3L, "b", 2L, "c", 2L),
            Map.of("a", 4L, "b", 2L, "c", 2L),
            Map.of("a", 4L, "b", 2L, "c", 2L),
            Map.of("a", 4L, "b", 2L, "c", 2L));
    assertThat(seen.get("mapped").subList(3, 8))
        .containsExactly(
            Map.of("a", 3L, "b", 2L, "c", 2L),
            Map.of("a", 3L, "b", 2L, "c", 2L),
            Map.of("a", 4L, "c", 2L),
            Map.of("a", 4L, "c", 2L),
            Map.of("a", 4L));
    assertThat(seen.get("window").subList(3, 8))
        .containsExactly(
            Map.of("a", 1L, "b", 1L, "c", 2L),
            Map.of("a", 1L, "c", 2L),
            Map.of("a", 1L, "c", 1L),
            Map.of("a", 1L),
            Map.of("a", 1L));
    assertThat(seen.get("inverse").subList(3, 8))
        .containsExactly(
            Map.of("a", 3L, "b", 2L, "c", 2L),
            Map.of("a", 1L, "b", 1L, "c", 2L),
            Map.of("a", 2L, "b", 0L, "c", 2L),
            Map.of("a", 1L, "b", 0L, "c", 1L),
            Map.of("a", 1L, "b", 0L, "c", 0L));
  }
}
