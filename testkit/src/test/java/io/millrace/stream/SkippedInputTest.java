package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointReader;
import io.millrace.checkpoint.InputGiveUp;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerInputSkipped;
import io.millrace.testkit.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose files can't be read, on the local disk. */
@Timeout(60)
class SkippedInputTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final List<String> seen = new ArrayList<>();
  private final List<StreamingListenerInputSkipped> skipped = new ArrayList<>();
  private Progress progress;

  private Path input() throws Exception {
    return Files.createDirectories(directory.resolve("in"));
  }

  private String checkpoint() {
    return directory.resolve("checkpoint").toString();
  }

  private static Conf conf(String policy) {
    return new Conf()
        .setMaster("local[2]")
        .setAppName("skipped")
        .set(Settings.ON_UNREADABLE_INPUT.key(), policy);
  }

  /** Runs batches of lines and their running count; throws what the program ends with. */
  private void run(String policy, boolean isDurable, int numBatches) throws Exception {
    Path in = input();
    try (StreamingContext context =
        StreamingContext.builder(conf(policy), SECOND).clock(clock).build()) {
      if (isDurable) {
        context.checkpoint(checkpoint());
      }
      context.addStreamingListener(
          new StreamingListener() {
            @Override
            public void onInputSkipped(StreamingListenerInputSkipped event) {
              skipped.add(event);
            }
          });
      DStream<String> lines = context.textFileStream(in.toString()).uid("in");
      lines
          .countByWindow(Duration.ofSeconds(1), Duration.ofSeconds(1))
          .foreachRDD(rdd -> rdd.collect());
      lines.foreachBatch(
          (rdd, batch) -> {
            List<String> read = rdd.collect();
            if (!read.isEmpty()) {
              seen.add(read.toString());
            }
          });
      context.start();
      for (int i = 0; i < numBatches; i++) {
        awaitIdle(context);
        clock.advance(SECOND);
      }
      awaitIdle(context);
      progress = context.progress();
    }
  }

  private void awaitIdle(StreamingContext context) throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  private static byte[] truncatedGzip() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("lost\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));
    }
    return Arrays.copyOf(bytes.toByteArray(), bytes.size() - 9);
  }

  private Path put(String name, byte[] content) throws Exception {
    Path written = Files.write(directory.resolve(name + ".tmp"), content);
    return Files.move(written, input().resolve(name));
  }

  /** Lets the first batch be empty, so that files come to the second. */
  private void begin(boolean isDurable) throws Exception {
    run("fail", isDurable, 1);
    put("a.txt", "one\ntwo\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void skip_withoutACheckpoint_leavesTheWholeFileOut() throws Exception {
    Path in = input();
    try (StreamingContext context =
        StreamingContext.builder(conf("skip"), SECOND).clock(clock).build()) {
      context.textFileStream(in.toString()).foreachRDD(rdd -> seen.add(rdd.collect().toString()));
      context.start();
      awaitIdle(context);
      put("a.txt", "one\ntwo\n".getBytes(StandardCharsets.UTF_8));
      put("b.gz", truncatedGzip());
      put("c.gz", new byte[0]);
      clock.advance(SECOND);
      awaitIdle(context);
      clock.advance(SECOND);
      awaitIdle(context);
      assertThat(context.progress().numSkippedInputs()).isEqualTo(2);
    }
    assertThat(seen).containsExactly("[one, two]", "[]");
  }

  @Test
  void skip_ofABinaryFileThatEndsWithinARecord_leavesTheWholeFileOut() throws Exception {
    Path in = input();
    try (StreamingContext context =
        StreamingContext.builder(conf("skip"), SECOND).clock(clock).build()) {
      context
          .binaryRecordsStream(in.toString(), 2)
          .map(bytes -> (int) bytes[0])
          .foreachRDD(rdd -> seen.add(rdd.collect().toString()));
      context.start();
      awaitIdle(context);
      put("a.bin", new byte[] {1, 2, 3});
      put("b.bin", new byte[] {4, 5});
      clock.advance(SECOND);
      awaitIdle(context);
      assertThat(context.progress().numSkippedInputs()).isEqualTo(1);
    }
    assertThat(seen).containsExactly("[4]");
  }

  @Test
  void skip_isDurable_andInFactsEventsAndTheCheckpoint() throws Exception {
    begin(true);
    Path bad = put("b.gz", truncatedGzip());
    run("skip", true, 1);
    assertThat(seen).containsExactly("[one, two]");
    assertThat(progress.numSkippedInputs()).isEqualTo(1);
    assertThat(progress.lastBatch().orElseThrow().streamIdToInputInfo().get(0).skippedInputs())
        .containsExactly(bad.toString());
    assertThat(skipped)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.inputs()).containsExactly(bad.toString());
              assertThat(event.byOperator()).isFalse();
              assertThat(event.reason()).contains("cut short");
            });
    assertThat(contents().givenUp())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.source()).isEqualTo("in");
              assertThat(each.inputs()).containsExactly(bad.toString());
              assertThat(each.byOperator()).isFalse();
            });
    run("fail", true, 2);
    assertThat(seen).containsExactly("[one, two]");
  }

  private CheckpointContents contents() throws Exception {
    try (CheckpointReader reader = CheckpointReader.open(checkpoint())) {
      return reader.contents();
    }
  }

  /** Fails with a bad file; returns the number of the batch that is open then. */
  private long failBatch(Path bad) {
    assertThatThrownBy(() -> run("fail", true, 1))
        .hasMessageContaining(bad.toString())
        .hasMessageContaining("batch")
        .hasMessageContaining("source in (textFileStream#0 'in')")
        .hasMessageContaining("millrace.streaming.onUnreadableInput=skip")
        .hasMessageContaining(
            "millrace checkpoint give-up " + checkpoint() + " --source in --batch ");
    return 2;
  }

  @Test
  void anInputThatIsGivenUp_isLostAlone() throws Exception {
    begin(true);
    Path bad = put("b.gz", truncatedGzip());
    long batch = failBatch(bad);
    seen.clear();
    try (InputGiveUp giveUp =
        InputGiveUp.claim(checkpoint(), "in", batch, List.of(bad.toString()))) {
      assertThat(giveUp.inputs()).containsExactly(bad.toString());
      giveUp.record(Instant.EPOCH, "ticket 4711");
    }
    Files.delete(bad);
    run("fail", true, 1);
    assertThat(seen).containsExactly("[one, two]");
    assertThat(skipped).singleElement().matches(StreamingListenerInputSkipped::byOperator);
    assertThat(contents().givenUp())
        .singleElement()
        .satisfies(each -> assertThat(each.reason()).isEqualTo("ticket 4711"));
    run("fail", true, 2);
    assertThat(seen).containsExactly("[one, two]");
  }

  @Test
  void allThatASourceGave_canBeGivenUp() throws Exception {
    begin(true);
    Path bad = put("b.gz", new byte[0]);
    long batch = failBatch(bad);
    seen.clear();
    try (InputGiveUp giveUp = InputGiveUp.claim(checkpoint(), "in", batch, List.of())) {
      assertThat(giveUp.inputs()).hasSize(2);
      giveUp.record(Instant.EPOCH, "all");
    }
    run("fail", true, 2);
    assertThat(seen).isEmpty();
    put("c.txt", "three\n".getBytes(StandardCharsets.UTF_8));
    run("fail", true, 1);
    assertThat(seen).containsExactly("[three]");
  }

  @Test
  void filesThatChangeBeforeTheRestart_goThroughTheSameDoor() throws Exception {
    begin(true);
    Path gone = put("b.txt", "gone\n".getBytes(StandardCharsets.UTF_8));
    Path longer = put("c.txt", "longer\n".getBytes(StandardCharsets.UTF_8));
    Path other = put("d.txt", "other1\n".getBytes(StandardCharsets.UTF_8));
    Path bad = put("e.gz", new byte[0]);
    failBatch(bad);
    seen.clear();
    Files.delete(gone);
    Files.writeString(longer, "longer\nand longer\n");
    Files.writeString(other, "other2\n");
    assertThatThrownBy(() -> run("fail", true, 1))
        .hasMessageContaining(gone + " is gone")
        .hasMessageContaining("onUnreadableInput=skip")
        .hasMessageContaining("--batch 2 --input " + gone);
    run("skip", true, 1);
    assertThat(seen).containsExactly("[one, two]");
    assertThat(contents().givenUp()).hasSize(4);
  }

  @Test
  void whatIsCommittedOrUnknown_isNotGivenUp() throws Exception {
    begin(true);
    run("fail", true, 1);
    assertThatThrownBy(() -> InputGiveUp.claim(checkpoint(), "in", 2, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch 2 is committed");
    assertThatThrownBy(() -> InputGiveUp.claim(checkpoint(), "in", 9, List.of()))
        .hasMessageContaining("batch 9 is not open");
    put("b.gz", new byte[0]);
    assertThatThrownBy(() -> run("fail", true, 1)).hasMessageContaining("b.gz");
    long open = contents().batches().get(contents().batches().size() - 1).number();
    long epoch = contents().epoch();
    assertThatThrownBy(() -> InputGiveUp.claim(checkpoint(), "else", open, List.of()))
        .hasMessageContaining("source else gave nothing to batch " + open)
        .hasMessageContaining("[in]");
    assertThatThrownBy(() -> InputGiveUp.claim(checkpoint(), "in", open, List.of("/x")))
        .hasMessageContaining("no inputs [/x]");
    assertThat(contents().epoch()).isEqualTo(epoch);
  }
}
