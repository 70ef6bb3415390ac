package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.DStream;
import io.millrace.stream.DStreamLike;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StateSpec;
import io.millrace.testkit.StreamTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkContext;
import org.apache.spark.util.AccumulatorContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a stream leaves behind in Spark's driver and its block manager, batch after batch. */
class FlatMemoryTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int WARM_UP = 12;
  private static final int SETTLING = 3;
  private static final int NUM_PARTITIONS = 2;
  private static final int WINDOW = 3;

  /** Of the program's lineage, in a batch. */
  private static final int NUM_EXCHANGES = 5;

  /** Heap that may come and go: classes that are loaded late, code, what Spark measures. */
  private static final long MAX_GROWTH_BYTES = 12 << 20;

  @TempDir private Path directory;

  /** What is counted of Spark, once all garbage is collected. */
  private record Counts(
      int emittedBlocks,
      int datasetBlocks,
      int broadcastBlocks,
      int keptDatasets,
      int shuffles,
      int accumulators,
      int stages) {

    /**
     * Of the batches that the window reads and the one that it has just stopped to read. Of
     * lineages one more: the planner forgets them with the batch after they are garbage.
     */
    static final Counts OF_HELD_BATCHES =
        new Counts(
            (WINDOW + 1) * NUM_PARTITIONS,
            WINDOW * NUM_PARTITIONS,
            0,
            WINDOW,
            (WINDOW + 2) * NUM_EXCHANGES,
            (WINDOW + 2) * NUM_EXCHANGES,
            0);

    static Counts now() {
      SparkContext spark = StoredBlocks.spark();
      MapOutputTrackerMaster outputs = (MapOutputTrackerMaster) spark.env().mapOutputTracker();
      return new Counts(
          StoredBlocks.ofStates().size(),
          StoredBlocks.ofDatasets().size(),
          StoredBlocks.ofBroadcasts().size(),
          spark.persistentRdds().size(),
          outputs.shuffleStatuses().size(),
          AccumulatorContext.numAccums(),
          spark.dagScheduler().stageIdToStage().size());
    }

    boolean isWithin(Counts bounds) {
      return emittedBlocks <= bounds.emittedBlocks
          && datasetBlocks <= bounds.datasetBlocks
          && broadcastBlocks <= bounds.broadcastBlocks
          && keptDatasets <= bounds.keptDatasets
          && shuffles <= bounds.shuffles
          && accumulators <= bounds.accumulators
          && stages <= bounds.stages;
    }
  }

  @BeforeEach
  @AfterEach
  void stopSpark() {
    SparkInProcess.stop(); // so that nothing of other tests is counted
    AccumulatorContext.clear(); // which outlives contexts
  }

  @Test
  @Tag("slow")
  @Timeout(180)
  void batches_leaveNothingBehind() throws Exception {
    run(40);
  }

  @Test
  @Tag("soak")
  @Timeout(3_600)
  void thousandsOfBatches_leaveNothingBehind() throws Exception {
    run(4_000);
  }

  private void run(int numBatches) throws Exception {
    Conf conf = new Conf().setMaster("local[2]").set("millrace.engine", "spark-in-process");
    try (StreamTest test = new StreamTest(conf, SECOND)) {
      test.context().checkpoint(directory.resolve("checkpoint").toString());
      declare(test, WARM_UP + numBatches + 2 * SETTLING);
      test.run(WARM_UP);
      long bytesBefore = settledBytes(test);
      test.run(numBatches);
      long grown = settledBytes(test) - bytesBefore;
      assertThat(grown).as("bytes of heap that have come").isLessThan(MAX_GROWTH_BYTES);
    }
  }

  /** What is left of the heap once Spark's driver holds no more than it may. */
  private static long settledBytes(StreamTest test) throws Exception {
    for (int i = 0; i < SETTLING; i++) {
      System.gc();
      test.run(1); // with which planner and executors let go of what nobody reads any more
    }
    assertThat(ExecutorStates.numViews())
        .as("entries that are held: of the last batch and of two before")
        .isLessThanOrEqualTo(3 * NUM_PARTITIONS);
    awaitCounts();
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    return jvm.totalMemory() - jvm.freeMemory();
  }

  private static void awaitCounts() {
    AtomicReference<Counts> last = new AtomicReference<>(Counts.OF_HELD_BATCHES);
    try {
      StoredBlocks.await(
          Counts.OF_HELD_BATCHES.toString(),
          () -> {
            System.gc(); // which is how Spark learns what nobody reads any more
            last.set(Counts.now());
            return last.get().isWithin(Counts.OF_HELD_BATCHES);
          });
    } catch (AssertionError e) {
      throw new AssertionError(last + " stay", e);
    }
  }

  private void declare(StreamTest test, int numBatches) {
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < numBatches; i++) {
      batches.add(List.of("a", "b" + i % 7, "c" + i % 11, "a"));
    }
    PairDStream<String, Long> ones =
        test.input(batches, NUM_PARTITIONS).mapToPair(word -> new Tuple2<>(word, 1L));
    DStream<String> emitted =
        ones.mapWithState(
                StateSpec.<String, Long, Long, String>function(
                        (word, one, state) -> {
                          if (!state.isTimingOut()) {
                            state.update(state.getOption().orElse(0L) + 1);
                          }
                          return word + state.get();
                        })
                    .timeout(Duration.ofSeconds(5)))
            .uid("counted");
    count(emitted);
    count(emitted.window(SECOND.multipliedBy(WINDOW), SECOND));
    count(ones.reduceByKeyAndWindow(Long::sum, SECOND.multipliedBy(WINDOW)).uid("window"));
    PairDStream<String, Long> totals =
        ones.updateStateByKey((values, total) -> Optional.of(total.orElse(0L) + values.size()));
    count(totals.uid("totals"));
  }

  private static void count(DStreamLike<?, ?, ?> stream) {
    stream.foreachRDD(rdd -> assertThat(rdd.count()).isPositive());
  }
}
