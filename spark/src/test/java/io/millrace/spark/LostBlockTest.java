package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import io.millrace.sink.FileSink;
import io.millrace.sink.FileSinkReader;
import io.millrace.sink.FileSinks;
import io.millrace.spi.LostRecordsException;
import io.millrace.stream.BatchFailedException;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that Spark's block manager loses while the executor that had them lives on. */
@Timeout(120)
class LostBlockTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final List<List<String>> BATCHES =
      List.of(List.of("a", "b", "a"), List.of("b", "c"), List.of("a", "c", "d"), List.of("b"));

  /** How often each partition was computed; tasks run in this process. */
  private static final List<Integer> COMPUTED = Collections.synchronizedList(new ArrayList<>());

  @TempDir private Path directory;

  /** The batches, by number, of which a block is lost when they begin to be written. */
  private final Set<Long> toLose = new HashSet<>();

  private final List<String> seen = new ArrayList<>();

  /** Blocks of states, from the oldest to the youngest. */
  private final List<BlockId> lately = new ArrayList<>();

  private final ManualClock clock = new ManualClock();

  @Test
  void emittedRecordsThatAreLostBeforeTheyAreRead_makeTheBatchRunAgain_andAreWrittenOnce()
      throws Exception {
    toLose.addAll(List.of(1L, 3L));
    run(this::declareTotals, BATCHES);

    assertThat(written())
        .containsExactlyInAnyOrder("a1", "b1", "a2", "b2", "c1", "a3", "c2", "d1", "b3");
    assertThat(seen)
        .as("attempts, and what the state came to")
        .containsExactly(
            "1",
            "1 again",
            "1 {a=2, b=1}",
            "2",
            "2 {b=2, c=1}",
            "3",
            "3 again",
            "3 {a=3, c=2, d=1}",
            "4",
            "4 {b=3}");
  }

  /** As {@code ARCHITECTURE.md} admits. */
  @Test
  void emittedRecordsOfAnEarlierBatch_failTheBatchByName_andTheNextStartHasThemAgain()
      throws Exception {
    toLose.add(3L);
    assertThatThrownBy(() -> run(this::declareWindow, BATCHES))
        .isInstanceOf(BatchFailedException.class)
        .hasRootCauseInstanceOf(LostRecordsException.class)
        .hasMessageContaining("emitted in partition")
        .hasMessageContaining("of batch 3");
    run(this::declareWindow, List.of());

    assertThat(written())
        .containsExactlyInAnyOrder(
            "1 [a1, a2, b1]", "2 [a1, a2, b1, b2, c1]", "3 [a3, b2, c1, c2, d1]");
  }

  /** Totals of words; each record says the total that it has made. */
  private PairDStream<String, Integer> totals(StreamingContext context) {
    return PairDStream.fromDStream(
        context
            .textFileStream(directory.resolve("in").toString())
            .mapToPair(word -> new Tuple2<>(word, 1))
            .mapWithState(
                StateSpec.<String, Integer, Integer, Tuple2<String, Integer>>function(
                    (word, one, state) -> {
                      int total = state.getOption().orElse(0) + 1;
                      state.update(total);
                      return new Tuple2<>(word, total);
                    }))
            .uid("totals"));
  }

  private void declareTotals(StreamingContext context) {
    FileSink<String> lines = FileSinks.lines(directory.resolve("out").toString(), line -> line);
    PairDStream<String, Integer> totals = totals(context);
    totals
        .foreachBatch(
            (rdd, batch) -> {
              seen.add(batch.number() + (batch.isRepeat() ? " again" : ""));
              loseSomething(batch.number());
              batch.write(rdd.map(total -> total._1() + total._2()), lines);
            },
            lines)
        .uid("lines");
    totals.foreachBatch(
        (rdd, batch) ->
            seen.add(
                batch.number() + " " + new TreeMap<>(rdd.reduceByKey(Math::max).collectAsMap())));
  }

  private void declareWindow(StreamingContext context) {
    FileSink<String> lines = FileSinks.lines(directory.resolve("out").toString(), line -> line);
    totals(context)
        .map(total -> total._1() + total._2())
        .window(SECOND.multipliedBy(2), SECOND)
        .foreachBatch(
            (rdd, batch) -> {
              loseSomethingOfTheBatchBefore(batch.number());
              String line = batch.number() + " " + rdd.collect().stream().sorted().toList();
              batch.write(rdd.context().parallelize(List.of(line), 1), lines);
            },
            lines)
        .uid("lines");
  }

  private void loseSomething(long batch) {
    if (toLose.remove(batch)) {
      List<BlockId> emitted = StoredBlocks.ofStates();
      assertThat(emitted).isNotEmpty();
      emitted.forEach(StoredBlocks::lose);
    }
  }

  private void loseSomethingOfTheBatchBefore(long batch) {
    if (toLose.remove(batch)) {
      StoredBlocks.ofDatasets().forEach(StoredBlocks::lose); // which are kept for windows
      StoredBlocks.lose(lately.get(lately.size() - 1));
    }
    lately.removeIf(block -> !StoredBlocks.ofStates().contains(block));
    StoredBlocks.ofStates().stream().filter(block -> !lately.contains(block)).forEach(lately::add);
  }

  /** A life of the program, which goes on where the one before it was. */
  private void run(Consumer<StreamingContext> declare, List<List<String>> batches)
      throws Exception {
    Path in = Files.createDirectories(directory.resolve("in"));
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .setAppName("losing blocks")
            .set("millrace.engine", "spark-in-process");
    try (StreamingContext context = StreamingContext.builder(conf, SECOND).clock(clock).build()) {
      context.checkpoint(directory.resolve("checkpoint").toString());
      declare.accept(context);
      context.start();
      awaitIdle(context);
      for (int i = 0; i < batches.size(); i++) {
        Path written = Files.write(directory.resolve("words-" + i), batches.get(i));
        Files.move(written, in.resolve("words-" + i));
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

  private List<String> written() throws Exception {
    try (FileSinkReader reader = FileSinkReader.open(directory.resolve("out").toString());
        Stream<String> lines = reader.lines()) {
      return lines.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MEMORY_ONLY", "MEMORY_AND_DISK_SER", "DISK_ONLY"})
  void aKeptPartitionThatIsLost_isComputedAgain_andIsKeptAgain(String level) {
    try (RDDContext context = RDDContext.on(SparkInProcess.engine(4), new Conf(false))) {
      RDD<Integer> tens =
          context
              .parallelize(List.of(1, 2, 3, 4, 5, 6), 3)
              .map(
                  x -> {
                    COMPUTED.add(x);
                    return x * 10;
                  })
              .persist(StorageLevel.fromString(level));
      assertThat(tens.count()).isEqualTo(6);
      COMPUTED.clear();
      List<BlockId> kept = StoredBlocks.ofDatasets();
      assertThat(kept).hasSize(3);
      StoredBlocks.lose(
          kept.stream().filter(block -> block.name().endsWith("_1")).findFirst().orElseThrow());
      assertThat(StoredBlocks.ofDatasets()).hasSize(2);

      assertThat(tens.collect()).containsExactly(10, 20, 30, 40, 50, 60);
      assertThat(COMPUTED).containsExactly(3, 4);
      assertThat(StoredBlocks.ofDatasets()).hasSize(3);
      assertThat(tens.map(x -> x + 1).collect()).containsExactly(11, 21, 31, 41, 51, 61);
      assertThat(COMPUTED).containsExactly(3, 4);
      tens.unpersist(true);
    }
  }

  @Test
  void aKeptPartitionOfAStream_isComputedAgainForTheNextOutput() throws Exception {
    run(this::declareKept, List.of(List.of("a", "b"), List.of("c")));
    assertThat(seen).containsExactly("[A, B]", "[A, B]", "[C]", "[C]");
    StoredBlocks.await("the end of all kept", () -> StoredBlocks.ofDatasets().isEmpty());
  }

  private void declareKept(StreamingContext context) {
    DStream<String> kept =
        context
            .textFileStream(directory.resolve("in").toString())
            .map(String::toUpperCase)
            .persist();
    kept.foreachBatch(
        (rdd, batch) -> {
          seen.add(rdd.collect().toString());
          List<BlockId> blocks = StoredBlocks.ofDatasets();
          assertThat(blocks).isNotEmpty();
          blocks.forEach(StoredBlocks::lose);
        });
    kept.foreachBatch((rdd, batch) -> seen.add(rdd.collect().toString()));
  }

  @Test
  void whatAnAttemptAtABatchHasKept_isNotKeptForEver() throws Exception {
    toLose.addAll(List.of(1L, 2L));
    run(this::declareKeptTotals, BATCHES);
    assertThat(written()).hasSize(8 + 1);
    StoredBlocks.await("the end of all kept", () -> StoredBlocks.ofDatasets().isEmpty());
    assertThat(StoredBlocks.spark().persistentRdds().size()).isZero();
  }

  private void declareKeptTotals(StreamingContext context) {
    FileSink<String> lines = FileSinks.lines(directory.resolve("out").toString(), line -> line);
    totals(context)
        .map(total -> total._1() + total._2())
        .persist(StorageLevel.DISK_ONLY)
        .foreachBatch(
            (rdd, batch) -> {
              rdd.mapPartitionsWithIndex(
                      (index, records) -> index == 0 ? records : List.<String>of().iterator())
                  .count();
              if (toLose.contains(batch.number())) {
                StoredBlocks.ofDatasets().forEach(StoredBlocks::lose);
              }
              loseSomething(batch.number());
              batch.write(rdd, lines);
            },
            lines)
        .uid("lines");
  }
}
