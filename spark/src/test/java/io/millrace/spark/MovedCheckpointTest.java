package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program goes on where it was on another engine, with as many threads as that has. */
@Timeout(120)
class MovedCheckpointTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String EMBEDDED = "embedded";
  private static final String SPARK = "spark-in-process";

  private static final List<List<String>> BATCHES =
      List.of(
          List.of("a", "b", "a"),
          List.of("b"),
          List.of("a", "c"),
          List.of("c"),
          List.of(),
          List.of("a", "d", "e", "f"),
          List.of(),
          List.of("f", "b"),
          List.of());

  @TempDir private Path directory;

  /** Where a part of the program's life is spent. */
  private record Part(String engine, int numThreads, int numBatches) {}

  @Test
  void checkpointOfTheEmbeddedEngine_opensOnSpark_andBack() throws Exception {
    assertThat(
            life(
                "moved", new Part(EMBEDDED, 2, 3), new Part(SPARK, 2, 3), new Part(EMBEDDED, 2, 3)))
        .isEqualTo(life("still", new Part(EMBEDDED, 2, 9)));
  }

  @Test
  void checkpointOfSpark_opensOnTheEmbeddedEngine_andBack_withOtherParallelism() throws Exception {
    Map<String, List<Map<String, Long>>> moved =
        life("moved", new Part(SPARK, 3, 2), new Part(EMBEDDED, 1, 4), new Part(SPARK, 2, 3));

    assertThat(moved).isEqualTo(life("still", new Part(EMBEDDED, 2, 9)));
    assertThat(moved.get("updated").get(8))
        .isEqualTo(Map.of("a", 4L, "b", 3L, "c", 2L, "d", 1L, "e", 1L, "f", 2L));
  }

  /** What the outputs of the program get, if it is stopped and started again between parts. */
  private Map<String, List<Map<String, Long>>> life(String name, Part... parts) throws Exception {
    Path home = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(home.resolve("in"));
    ManualClock clock = new ManualClock();
    Map<String, List<Map<String, Long>>> seen = new TreeMap<>();
    int next = 0;
    for (Part part : parts) {
      Conf conf =
          new Conf()
              .setMaster("local[" + part.numThreads() + "]")
              .setAppName("moving")
              .set("millrace.engine", part.engine());
      try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
        context.checkpoint(home.resolve("checkpoint").toString());
        declare(context, home.resolve("in"), seen);
        context.start();
        awaitIdle(context, clock);
        for (List<String> words : BATCHES.subList(next, next + part.numBatches())) {
          if (!words.isEmpty()) {
            Path written = Files.write(home.resolve("words-" + next), words);
            Files.move(written, home.resolve("in").resolve("words-" + next));
          }
          next++;
          clock.advance(SECOND);
          awaitIdle(context, clock);
        }
      }
    }
    return seen;
  }

  private static void awaitIdle(StreamingContext context, ManualClock clock) throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  private static void declare(
      StreamingContext context, Path input, Map<String, List<Map<String, Long>>> seen) {
    PairDStream<String, Long> ones =
        context.textFileStream(input.toString()).mapToPair(word -> new Tuple2<>(word, 1L));
    record(
        seen,
        "updated",
        ones.updateStateByKey((values, state) -> Optional.of(state.orElse(0L) + values.size())));
    record(
        seen,
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
    record(seen, "window", ones.reduceByKeyAndWindow(Long::sum, Duration.ofSeconds(3)));
    record(
        seen,
        "inverse",
        ones.reduceByKeyAndWindow(
            Long::sum, (all, gone) -> all - gone, Duration.ofSeconds(4), SECOND));
    record(seen, "kept", ones.window(Duration.ofSeconds(3), SECOND).reduceByKey(Long::sum));
  }

  private static void record(
      Map<String, List<Map<String, Long>>> seen, String name, PairDStream<String, Long> stream) {
    stream
        .uid(name + "-of-words")
        .foreachRDD(
            rdd -> {
              Map<String, Long> map = new TreeMap<>();
              rdd.collect().forEach(pair -> map.put(pair._1(), pair._2()));
              seen.computeIfAbsent(name, key -> new ArrayList<>()).add(map);
            });
  }
}
