package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.checkpoint.InputGiveUp;
import io.millrace.source.ReplaySource;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Input of a source without single inputs, which is gone when its batch is to be run again. */
@Timeout(60)
class GivenUpSourceTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final List<String> seen = new ArrayList<>();

  private Path file() {
    return directory.resolve("lines");
  }

  private void run(int numBatches, Consumer<StreamingContext> program) throws Exception {
    Conf conf = new Conf().setMaster("local[1]").setAppName("given-up");
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      program.accept(context);
      context.start();
      for (int i = 0; i < numBatches; i++) {
        awaitIdle(context);
        clock.advance(SECOND);
      }
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

  /** Lines of a file at their seconds. */
  private void replayed(StreamingContext context, String poison) {
    Path lines = file();
    context
        .sourceStream(
            ReplaySource.of(
                    () -> Files.newInputStream(lines), line -> Long.parseLong(line.split(" ")[0]))
                .startingAt(Instant.EPOCH))
        .uid("replayed")
        .foreachRDD(
            rdd -> {
              List<String> records = rdd.collect();
              if (records.contains(poison)) {
                throw new IllegalStateException("poison");
              }
              seen.addAll(records);
            });
  }

  private void failSecondBatch() throws Exception {
    Files.writeString(file(), "0 a\n1000 b\n2000 c\n");
    assertThatThrownBy(() -> run(3, context -> replayed(context, "1000 b")))
        .hasMessageContaining("poison");
    assertThat(seen).containsExactly("0 a");
    seen.clear();
  }

  @Test
  void replayedFileThatIsShorter_isAnErrorWithItsRemedies_andCanBeGivenUp() throws Exception {
    failSecondBatch();
    Files.writeString(file(), "0 a\n");
    assertThatThrownBy(() -> run(1, context -> replayed(context, "none")))
        .hasMessageContaining("batch 2 can't be run again")
        .hasMessageContaining("source replayed")
        .hasMessageContaining("millrace checkpoint give-up")
        .hasMessageContaining("--source replayed --batch 2");
    try (InputGiveUp giveUp =
        InputGiveUp.claim(directory.resolve("checkpoint").toString(), "replayed", 2, List.of())) {
      giveUp.record(Instant.EPOCH, "the file is lost");
    }
    run(2, context -> replayed(context, "none"));
    assertThat(seen).isEmpty();
  }

  @Test
  void sourceWhoseInputIsGivenUp_mayBeLeftOutOfTheProgram() throws Exception {
    failSecondBatch();
    Consumer<StreamingContext> without =
        context -> {
          context.allowDrop("replayed");
          context
              .textFileStream(directory.toString(), true)
              .uid("other")
              .foreachRDD(rdd -> seen.addAll(rdd.collect()));
        };
    assertThatThrownBy(() -> run(1, without))
        .hasMessageContaining("planned with input of replayed");
    try (InputGiveUp giveUp =
        InputGiveUp.claim(directory.resolve("checkpoint").toString(), "replayed", 2, List.of())) {
      giveUp.record(Instant.EPOCH, "poison");
    }
    run(1, without);
    assertThat(seen).isEmpty();
  }
}
