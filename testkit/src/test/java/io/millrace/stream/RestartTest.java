package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.sink.Marker;
import io.millrace.sink.SinkContext;
import io.millrace.sink.SinkSession;
import io.millrace.sink.StageContext;
import io.millrace.sink.StagedRows;
import io.millrace.sink.TransactionalSink;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that keep a checkpoint on the local disk, stopped and started again. */
@Timeout(60)
class RestartTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path checkpoint;
  @TempDir private Path input;
  private final Conf conf = new Conf().setMaster("local[2]").setAppName("restart");
  private final ManualClock clock = new ManualClock();
  private final List<String> seen = new ArrayList<>();

  /** Runs a program for some batches, then stops it at once. */
  private void run(int numBatches, Consumer<StreamingContext> declare) throws Exception {
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(checkpoint.toString());
      declare.accept(context);
      context.start();
      awaitIdle(context);
      for (int i = 0; i < numBatches; i++) {
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

  private void file(String name, String... lines) throws Exception {
    Path written =
        Files.write(checkpoint.resolveSibling(name + "-" + input.getFileName()), List.of(lines));
    Files.move(written, input.resolve(name));
  }

  private void recordLines(StreamingContext context) {
    context
        .textFileStream(input.toString())
        .foreachBatch(
            (rdd, batch) ->
                seen.add(batch.number() + (batch.isRepeat() ? "r" : "") + rdd.collect()));
  }

  @Test
  void aFileThatCameWhileNobodyRan_isReadOnce() throws Exception {
    file("a", "before");
    run(2, this::recordLines);
    file("b", "one");
    run(1, this::recordLines);
    file("c", "two", "three");
    run(2, this::recordLines);
    assertThat(seen).containsExactly("1[]", "2[]", "3[one]", "4[two, three]", "5[]");
  }

  /** As when a mount comes late after an outage that is longer than names are remembered. */
  @Test
  void aDirectoryThatIsEmptyForABatchAfterDowntime_isNotReadTwice() throws Exception {
    run(1, this::recordLines);
    file("a", "one");
    run(2, this::recordLines);
    Path aside = checkpoint.resolveSibling("aside-" + input.getFileName());
    Files.move(input.resolve("a"), aside);
    clock.advance(Duration.ofSeconds(65));
    run(
        3,
        context ->
            context
                .textFileStream(input.toString())
                .foreachBatch(
                    (rdd, batch) -> {
                      seen.add(rdd.collect().toString());
                      if (Files.exists(aside)) {
                        Files.move(aside, input.resolve("a"));
                      }
                    }));
    assertThat(input.resolve("a")).exists();
    file("b", "two");
    run(1, this::recordLines);
    assertThat(String.join(" ", seen)).containsOnlyOnce("one").endsWith("[two]");
  }

  @Test
  void plainWindows_reachBackAcrossARestart() throws Exception {
    Consumer<StreamingContext> program =
        context ->
            context
                .textFileStream(input.toString())
                .map(line -> line + "!")
                .window(Duration.ofSeconds(3))
                .foreachRDD(rdd -> seen.add(rdd.collect().toString()));
    run(1, program);
    file("a", "one");
    run(1, program);
    file("b", "two");
    run(1, program);
    run(2, program);
    assertThat(seen).containsExactly("[]", "[one!]", "[one!, two!]", "[one!, two!]", "[two!]");
  }

  @Test
  void aWindowThatIsDropped_leavesTheOthersOverItsStreamAsTheyAre() throws Exception {
    file("a", "one");
    run(
        2,
        context -> {
          DStream<String> lines = context.textFileStream(input.toString(), false);
          lines.window(Duration.ofSeconds(2)).uid("short").print();
          lines.window(Duration.ofSeconds(5)).uid("long").print();
        });
    run(
        1,
        context -> {
          context.allowDrop("short");
          context
              .textFileStream(input.toString(), false)
              .window(Duration.ofSeconds(5))
              .uid("long")
              .foreachRDD(rdd -> seen.add(rdd.collect().toString()));
        });
    assertThat(seen).containsExactly("[one]");
  }

  @Test
  @Tag("counts-calls") // attempts that are thrown away leave objects until the next start
  void rowsForWhichMemoryHadNoRoom_areDeletedWhenNoRetainedBatchHasThem() throws Exception {
    conf.set("millrace.checkpoint.retainedBatches", "1")
        .set("millrace.streaming.fileStream.maxFilesPerBatch", "1");
    int numBatches = 6;
    String[] large = Collections.nCopies(1_100, "x".repeat(5_000)).toArray(new String[0]);
    for (int i = 0; i < numBatches; i++) {
      file("large-" + i, large);
    }
    run(
        numBatches,
        context ->
            context
                .textFileStream(input.toString(), false)
                .repartition(1)
                .writeTo(new ForgetfulSink()));
    try (Stream<Path> objects = Files.list(checkpoint.resolve("data"))) {
      assertThat(objects.map(path -> path.getFileName().toString()))
          .filteredOn(name -> name.startsWith("r-"))
          .isNotEmpty()
          .hasSizeLessThan(numBatches);
    }
  }

  /** Counts as having taken what it was given. */
  private record ForgetfulSink() implements TransactionalSink<String, String> {

    @Override
    public String description() {
      return "nowhere";
    }

    @Override
    public void stage(Iterator<String> records, StageContext context, RowOutput<String> rows)
        throws Exception {
      while (records.hasNext()) {
        rows.write(records.next());
      }
    }

    @Override
    public SinkSession<String> open(SinkContext context) {
      return new SinkSession<>() {
        private Optional<Marker> last = Optional.empty();

        @Override
        public Optional<Marker> marker() {
          return last;
        }

        @Override
        public void commit(Marker marker, StagedRows<String> rows) {
          assertThat(rows.numRows()).isEqualTo(1_100);
          assertThat(rows).hasSize(1_100);
          last = Optional.of(marker);
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void outputsOfOneKind_mustBeNamed() {
    assertThatThrownBy(
            () ->
                run(
                    1,
                    context -> {
                      context.textFileStream(input.toString()).print();
                      context.textFileStream(input.toString()).print();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("add .uid(\"textFileStream-1\")");
  }
}
