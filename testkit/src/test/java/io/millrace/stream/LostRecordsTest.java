package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.sink.FileSinkReader;
import io.millrace.sink.FileSinks;
import io.millrace.spi.LostRecordsException;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.StreamTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch is run again when records are lost with a process of the cluster. */
@Timeout(30)
class LostRecordsTest {

  private static final List<List<String>> BATCHES =
      List.of(List.of("a"), List.of("a", "b"), List.of("a"));

  @TempDir private Path directory;
  private final List<String> seen = new ArrayList<>();
  private int failures;

  private static JobFailedException lost() {
    return new JobFailedException("gone", new LostRecordsException("gone with executor 3"));
  }

  private static StreamTest test(int maxAttempts) {
    return new StreamTest(
        new Conf()
            .setMaster("local[2]")
            .set("millrace.streaming.batch.maxAttempts", Integer.toString(maxAttempts)),
        Duration.ofSeconds(1));
  }

  /** Counts words; the second output fails in batch 2 for as often as it is told. */
  private void declare(PairDStream<String, Long> words) {
    PairDStream<String, Long> counts =
        words.updateStateByKey((values, count) -> Optional.of(count.orElse(0L) + values.size()));
    counts.foreachBatch(
        (rdd, batch) ->
            seen.add(
                batch.number()
                    + (batch.isRepeat() ? " again " : " ")
                    + new TreeMap<>(rdd.collectAsMap())));
    counts.foreachBatch(
        (rdd, batch) -> {
          if (batch.number() == 2 && failures-- > 0) {
            throw lost();
          }
        });
  }

  @Test
  void aBatchWhoseRecordsAreLost_runsAgainFromTheStatesBeforeIt() throws Exception {
    failures = 2;
    try (StreamTest test = test(4)) {
      declare(test.input(BATCHES, 2).mapToPair(word -> new Tuple2<>(word, 1L)));
      test.run(3);
      assertThat(seen)
          .containsExactly(
              "1 {a=1}",
              "2 {a=2, b=1}",
              "2 again {a=2, b=1}",
              "2 again {a=2, b=1}",
              "3 {a=3, b=1}");
      assertThat(test.context().progress().numFailedBatches()).isZero();
    }
  }

  @Test
  @Tag("one-run")
  void attemptsAreBounded_andTheLastFailureIsTheBatchs() {
    failures = 2;
    try (StreamTest test = test(2)) {
      declare(test.input(BATCHES, 2).mapToPair(word -> new Tuple2<>(word, 1L)));
      assertThatThrownBy(() -> test.run(3))
          .isInstanceOf(BatchFailedException.class)
          .hasMessageContaining("gone")
          .hasMessageContaining("batch 2");
    }
    assertThat(seen).hasSize(3);
  }

  @Test
  void otherFailures_areFinal() {
    try (StreamTest test = test(4)) {
      test.input(BATCHES, 2)
          .foreachBatch(
              (rdd, batch) -> {
                seen.add("" + batch.number());
                throw new JobFailedException("no", new IllegalStateException("not lost"));
              });
      assertThatThrownBy(() -> test.run(1)).isInstanceOf(BatchFailedException.class);
    }
    assertThat(seen).containsExactly("1");
  }

  @Test
  void transactionalOutputs_haveTheBatchOnce() throws Exception {
    failures = 1;
    Path target = directory.resolve("target");
    Path input = Files.createDirectory(directory.resolve("input"));
    ManualClock clock = new ManualClock();
    Duration second = Duration.ofSeconds(1);
    Conf conf = new Conf().setMaster("local[2]");
    try (StreamingContext context = StreamingContext.builder(conf, second).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      DStream<String> words = context.textFileStream(input.toString());
      words.writeTo(FileSinks.lines(target.toString(), word -> word));
      declare(words.mapToPair(word -> new Tuple2<>(word, 1L)));
      context.start();
      awaitIdle(clock);
      for (int i = 0; i < BATCHES.size(); i++) {
        Path file = Files.write(directory.resolve("file" + i), BATCHES.get(i));
        Files.move(file, input.resolve("file" + i));
        clock.advance(second);
        awaitIdle(clock);
      }
    }
    assertThat(seen).contains("2 again {a=2, b=1}");
    try (FileSinkReader reader = FileSinkReader.open(target.toString());
        Stream<String> lines = reader.lines()) {
      assertThat(lines).containsExactlyInAnyOrder("a", "a", "b", "a");
    }
  }

  private static void awaitIdle(ManualClock clock) throws InterruptedException {
    assertThat(clock.awaitIdle(1, Duration.ofSeconds(20))).isTrue();
  }
}
