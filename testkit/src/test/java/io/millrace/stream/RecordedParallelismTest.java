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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A batch that runs again has the partitions that it had, whatever the number of cores is now. */
@Timeout(60)
class RecordedParallelismTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "e", "f", "g", "a");

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();

  /** By stream, for each batch that an output has seen: its number and the records by partition. */
  private final Map<String, List<String>> seen = new TreeMap<>();

  private Path input() {
    return directory.resolve("input");
  }

  private void record(String name, DStreamLike<?, ?, ?> stream) {
    stream.foreachBatch(
        (rdd, batch) ->
            seen.computeIfAbsent(name, key -> new ArrayList<>())
                .add(batch.number() + " " + rdd.glom().collect()));
  }

  private void declare(StreamingContext context) {
    DStream<String> lines = context.textFileStream(input().toString(), false).uid("lines");
    PairDStream<String, Long> ones = lines.mapToPair(line -> new Tuple2<>(line, 1L));
    record("lines", lines.map(line -> line));
    record("reduced", ones.reduceByKey(Long::sum));
    record("grouped", ones.groupByKey().mapValues(Object::toString));
    record("counted", lines.countByValue());
    record("joined", ones.join(ones.mapValues(one -> 2L)));
    record(
        "updated",
        ones.<Long>updateStateByKey((values, sum) -> Optional.of(sum.orElse(0L) + values.size()))
            .uid("totals"));
    record("window", ones.reduceByKeyAndWindow(Long::sum, Duration.ofSeconds(3)).uid("sums"));
    record("grouped window", ones.groupByKeyAndWindow(Duration.ofSeconds(3), SECOND).uid("groups"));
    record(
        "made",
        lines.transform(rdd -> rdd.context().parallelize(List.of("x", "y", "z", "x", "y", "z"))));
  }

  /** Runs batches; that of number {@code breaking} fails in its last output. */
  private void run(String master, int numBatches, long breaking) throws Exception {
    Conf conf = new Conf().setMaster(master).setAppName("recorded");
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      declare(context);
      context
          .textFileStream(input().toString(), false)
          .uid("last")
          .foreachBatch(
              (rdd, batch) -> {
                if (batch.number() == breaking) {
                  throw new IllegalStateException("broken");
                }
              });
      context.start();
      awaitIdle(context);
      for (int i = 1; i <= numBatches; i++) {
        clock.advance(SECOND);
        if (breaking > 0 && i == numBatches) {
          assertThatThrownBy(context::awaitTermination).hasMessageContaining("broken");
        } else {
          awaitIdle(context);
        }
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

  private void file(String name) throws Exception {
    Files.createDirectories(input());
    Path written = Files.write(directory.resolve(name), WORDS);
    Files.move(written, input().resolve(name));
  }

  private static long numPartitions(String shown) {
    String records = shown.substring(shown.indexOf('[') + 1);
    return records.split("\\], \\[|\\[\\], ", -1).length;
  }

  private static List<String> sorted(String shown) {
    return Arrays.stream(shown.split("(?<=\\)),? ?|[\\[\\]]+")).sorted().toList();
  }

  @ParameterizedTest
  @CsvSource({"local[2], local[5]", "local[5], local[2]"})
  void theOpenBatch_hasThePartitionsOfItsFirstRun_andLaterOnesThoseOfNow(
      String before, String after) throws Exception {
    file("a");
    run(before, 1, 0);
    file("b");
    run(before, 1, 2);
    Map<String, List<String>> first = new TreeMap<>(seen);
    seen.clear();
    file("c");
    run(after, 1, 0);
    Map<String, List<String>> second = new TreeMap<>(seen);
    seen.clear();

    assertThat(first).hasSize(9);
    first.forEach(
        (name, batches) -> assertThat(second.get(name).get(0)).as(name).isEqualTo(batches.get(1)));

    // What goes on is as in a program that has had the present number of cores all the time.
    try (var files = Files.walk(directory)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        Files.delete(path);
      }
    }
    file("a");
    run(after, 1, 0);
    file("b");
    run(after, 1, 0);
    file("c");
    run(after, 1, 0);
    seen.forEach(
        (name, batches) -> {
          assertThat(numPartitions(second.get(name).get(1)))
              .as(name)
              .isEqualTo(numPartitions(batches.get(2)));
          // The order of keys in a state is unspecified.
          assertThat(sorted(second.get(name).get(1))).as(name).isEqualTo(sorted(batches.get(2)));
        });
  }

  @Test
  void aStateThatIsPlacedAnewAfterTheOpenBatch_goesOn_alsoAfterTheNextStart() throws Exception {
    file("a");
    run("local[2]", 1, 1);
    file("b");
    run("local[3]", 1, 0);
    file("c");
    run("local[4]", 1, 0);
    String last = seen.get("updated").get(seen.get("updated").size() - 1);
    assertThat(last).startsWith("3 ").contains("(a,6)", "(b,3)", "(g,3)");
    assertThat(numPartitions(last)).isEqualTo(4);
  }
}
