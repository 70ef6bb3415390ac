package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a program cuts its batches at another interval. */
@Timeout(60)
class BatchIntervalTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path checkpoint;
  @TempDir private Path input;
  private final ManualClock clock = new ManualClock();
  private final List<Map<String, Long>> sums = new ArrayList<>();
  private final List<List<String>> records = new ArrayList<>();

  /** Runs a program over one interval for each list of words, which come in it. */
  private void run(Duration interval, List<List<String>> words, Consumer<StreamingContext> declare)
      throws Exception {
    Conf conf = new Conf().setMaster("local[2]").setAppName("interval");
    try (StreamingContext context = StreamingContext.builder(conf, interval).clock(clock).build()) {
      context.checkpoint(checkpoint.toString());
      declare.accept(context);
      context.start();
      awaitIdle(context);
      for (List<String> file : words) {
        if (!file.isEmpty()) {
          String name = "words-" + clock.millis();
          Path written =
              Files.write(checkpoint.resolveSibling(name + "-" + input.getFileName()), file);
          Files.move(written, input.resolve(name));
        }
        clock.advance(interval);
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

  private Consumer<StreamingContext> window(long lengthSeconds, long slideSeconds) {
    return context ->
        context
            .textFileStream(input.toString(), false)
            .uid("lines")
            .mapToPair(word -> new Tuple2<>(word, 1L))
            .reduceByKeyAndWindow(
                Long::sum, Duration.ofSeconds(lengthSeconds), Duration.ofSeconds(slideSeconds))
            .uid("sums")
            .foreachRDD(rdd -> sums.add(new TreeMap<>(rdd.collectAsMap())));
  }

  private Consumer<StreamingContext> plainWindow(long lengthSeconds) {
    return context ->
        context
            .textFileStream(input.toString(), false)
            .uid("lines")
            .window(Duration.ofSeconds(lengthSeconds))
            .uid("recent")
            .foreachRDD(rdd -> records.add(rdd.collect()));
  }

  private CheckpointPlan plan(Duration interval, Consumer<StreamingContext> declare) {
    Conf conf = new Conf().setMaster("local[2]").setAppName("interval");
    try (StreamingContext context = StreamingContext.builder(conf, interval).clock(clock).build()) {
      context.checkpoint(checkpoint.toString());
      declare.accept(context);
      return context.checkpointPlan();
    }
  }

  private static CheckpointPlan.Verdict verdict(CheckpointPlan plan, String id) {
    return plan.entries().stream()
        .filter(entry -> entry.id().equals(id))
        .map(CheckpointPlan.Entry::verdict)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void panesAreKept_whenTheNewOnesAreMultiplesOfThem() throws Exception {
    run(SECOND, List.of(List.of("x"), List.of("x", "y")), window(4, 2));
    assertThat(sums).containsExactly(Map.of("x", 2L, "y", 1L));
    sums.clear();

    Duration interval = Duration.ofSeconds(2);
    assertThat(verdict(plan(interval, window(4, 4)), "sums"))
        .isEqualTo(CheckpointPlan.Verdict.REBUILT);
    run(interval, List.of(List.of("x"), List.of(), List.of("z")), window(4, 4));

    assertThat(sums).containsExactly(Map.of("x", 3L, "y", 1L), Map.of("z", 1L));
  }

  @Test
  void aFinerInterval_keepsPanesThatAreTheSame() throws Exception {
    run(SECOND, List.of(List.of("x"), List.of("y")), window(4, 2));
    sums.clear();
    Duration half = Duration.ofMillis(500);
    assertThat(verdict(plan(half, window(4, 2)), "sums")).isEqualTo(CheckpointPlan.Verdict.KEPT);
    run(half, List.of(List.of("x"), List.of(), List.of(), List.of("z")), window(4, 2));
    assertThat(sums).containsExactly(Map.of("x", 2L, "y", 1L, "z", 1L));
  }

  @Test
  void panesThatDoNotFit_areRefused_orDroppedAsAllowed() throws Exception {
    run(SECOND, List.of(List.of("x"), List.of("x")), window(4, 2));
    sums.clear();
    Duration interval = Duration.ofSeconds(3);

    assertThat(verdict(plan(interval, window(3, 3)), "sums"))
        .isEqualTo(CheckpointPlan.Verdict.REFUSED);
    assertThatThrownBy(() -> run(interval, List.of(), window(3, 3)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("panes of 3000 ms can't be put together of panes of 2000 ms")
        .hasMessageContaining("allowDrop(\"sums\")");

    Consumer<StreamingContext> dropping =
        window(3, 3).andThen(context -> context.allowDrop("sums"));
    assertThat(verdict(plan(interval, dropping), "sums")).isEqualTo(CheckpointPlan.Verdict.DROPPED);
    run(interval, List.of(List.of("z")), dropping);
    assertThat(sums).containsExactly(Map.of("z", 1L));
  }

  @Test
  void plainWindows_reachBackOverBatchesOfTheOldInterval() throws Exception {
    run(SECOND, List.of(List.of("a"), List.of("b")), plainWindow(4));
    records.clear();
    run(Duration.ofSeconds(2), List.of(List.of("c"), List.of()), plainWindow(4));
    assertThat(records).containsExactly(List.of("a", "b", "c"), List.of("c"));
  }
}
