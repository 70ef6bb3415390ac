package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointGiveUpCommandTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final List<String> seen = new ArrayList<>();
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();

  private void run() throws Exception {
    Conf conf = new Conf().setMaster("local[1]").setAppName("give-up");
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

  private Path bad() {
    return directory.resolve("in").resolve("a.gz");
  }

  @BeforeEach
  void failABatch() throws Exception {
    Files.createDirectories(directory.resolve("in"));
    Files.write(bad(), new byte[0]);
    Files.writeString(directory.resolve("in").resolve("b.txt"), "kept\n");
    assertThatThrownBy(this::run).hasMessageContaining("give-up");
    seen.clear();
  }

  private int millrace(String answers, String... more) {
    List<String> words = new ArrayList<>(List.of("checkpoint"));
    words.addAll(List.of(more));
    return Main.commandLine(
            new BufferedReader(new StringReader(answers)),
            new PrintStream(results, true, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(errors))
        .execute(words.toArray(String[]::new));
  }

  private int giveUp(String answers, String... more) {
    List<String> words = new ArrayList<>(List.of("give-up", checkpoint(), "--source", "in"));
    words.addAll(List.of(more));
    return millrace(answers, words.toArray(String[]::new));
  }

  private String checkpoint() {
    return directory.resolve("checkpoint").toString();
  }

  private List<String> output() {
    return results.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void yes_losesTheInputAlone() throws Exception {
    int exitCode = giveUp("yes\n", "--batch", "1", "--input", bad().toString());

    assertThat(errors.toString()).isEmpty();
    assertThat(exitCode).isZero();
    assertThat(output())
        .contains("  " + bad())
        .doesNotContain("  " + bad().resolveSibling("b.txt"));
    run();
    assertThat(seen).containsExactly("kept");
    millrace("", "show", checkpoint());
    assertThat(output())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("  batch 1 without " + bad() + " of source in, decided ")
                    .contains("by an operator"));
    assertThat(millrace("", "verify", checkpoint())).isZero();
    assertThat(output())
        .anySatisfy(line -> assertThat(line).startsWith("batch 1 without " + bad()));
  }

  @Test
  void anythingElse_changesNothing() throws Exception {
    assertThat(giveUp("y\n", "--batch", "1")).isEqualTo(1);
    assertThat(giveUp("", "--batch", "1")).isEqualTo(1);
    assertThat(output()).contains("  " + bad(), "  " + bad().resolveSibling("b.txt"));
    assertThatThrownBy(this::run).hasMessageContaining("a.gz");
  }

  @Test
  void withYes_itDoesNotAsk() throws Exception {
    assertThat(giveUp("", "--batch", "1", "--yes")).isZero();
    run();
    assertThat(seen).isEmpty();
  }

  @Test
  void json_isOneObject_andNeedsYes() {
    assertThat(giveUp("", "--batch", "1", "--json")).isEqualTo(2);
    assertThat(giveUp("", "--batch", "1", "--json", "--yes")).isZero();
    assertThat(output()).singleElement().asString().contains("\"batch\":1,\"inputs\":[\"");
  }

  @Test
  void whatCantBeGivenUp_isAUsageError() throws Exception {
    assertThat(giveUp("yes\n", "--batch", "7")).isEqualTo(2);
    assertThat(errors.toString()).contains("batch 7 is not open: batch 1 is");
    assertThat(millrace("", "give-up", directory + "/none", "--source", "in", "--batch", "1"))
        .isEqualTo(2);
    assertThat(directory.resolve("none")).doesNotExist();
  }
}
