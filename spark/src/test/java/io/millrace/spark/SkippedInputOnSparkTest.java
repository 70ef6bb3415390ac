package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.checkpoint.InputGiveUp;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that can't be read, on Spark in this process. */
@Tag("slow")
@Timeout(120)
class SkippedInputOnSparkTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void stopSpark() {
    SparkInProcess.stop();
  }

  private Path bad() {
    return directory.resolve("in").resolve("a.gz");
  }

  private void putFiles() throws Exception {
    Files.createDirectories(directory.resolve("in"));
    Files.write(bad(), new byte[0]);
    Files.writeString(directory.resolve("in").resolve("b.txt"), "kept\n");
  }

  private void run(String policy) throws Exception {
    Conf conf =
        new Conf()
            .setMaster("spark-local[2]")
            .setAppName("skipped")
            .set(Settings.ON_UNREADABLE_INPUT.key(), policy);
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      context
          .textFileStream(directory.resolve("in").toString(), false)
          .uid("in")
          .foreachRDD(rdd -> seen.addAll(rdd.collect()));
      context.start();
      awaitIdle(context);
      clock.advance(SECOND);
      awaitIdle(context);
    }
  }

  private void awaitIdle(StreamingContext context) throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  @Test
  void aFileIsSkipped() throws Exception {
    putFiles();
    run("skip");
    assertThat(seen).containsExactly("kept");
    run("fail");
    assertThat(seen).containsExactly("kept");
  }

  @Test
  void aFileIsGivenUp() throws Exception {
    putFiles();
    assertThatThrownBy(() -> run("fail"))
        .hasMessageContaining("--source in --batch 1 --input " + bad());
    seen.clear();
    String checkpoint = directory.resolve("checkpoint").toString();
    try (InputGiveUp giveUp = InputGiveUp.claim(checkpoint, "in", 1, List.of(bad().toString()))) {
      giveUp.record(Instant.EPOCH, "test");
    }
    run("fail");
    assertThat(seen).containsExactly("kept");
  }
}
