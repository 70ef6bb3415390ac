package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.PairDStream;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.spark.MapOutputTrackerMaster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What batches have shuffled goes when they are done, whether or not the driver collects garbage.
 */
@Timeout(120)
class ShuffleFilesTest {

  private static final Conf CONF =
      new Conf().setMaster("local[2]").set("millrace.engine", "spark-in-process");
  private static final List<List<Integer>> BATCHES =
      List.of(List.of(1, 2, 3, 4), List.of(5, 6), List.of(7, 8, 9), List.of(10), List.of(11, 12));

  @BeforeEach
  @AfterEach
  void stopSpark() {
    SparkInProcess.stop(); // so that nothing of other tests is counted
  }

  private static int numShuffles() {
    return ((MapOutputTrackerMaster) StoredBlocks.spark().env().mapOutputTracker())
        .shuffleStatuses()
        .size();
  }

  private static long numFiles() {
    long files = 0;
    for (String root :
        StoredBlocks.spark().env().blockManager().diskBlockManager().localDirsString()) {
      try (Stream<Path> all = Files.walk(Path.of(root))) {
        files += all.filter(file -> file.getFileName().toString().startsWith("shuffle_")).count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  @Test
  void batches_leaveNoShuffle_butDatasetsOfBeforeKeepTheirs() throws Exception {
    try (StreamTest test = new StreamTest(CONF, Duration.ofSeconds(1))) {
      LongAccumulator mapped = test.context().rddContext().longAccumulator("mapped");
      PairRDD<Integer, String> names =
          test.context()
              .rddContext()
              .parallelize(List.of(0, 1, 2), 2)
              .mapToPair(
                  key -> {
                    mapped.add(1);
                    return new Tuple2<>(key, "n" + key);
                  })
              .reduceByKey((a, b) -> a);
      PairDStream<Integer, Integer> sums =
          test.input(BATCHES, 2).mapToPair(i -> new Tuple2<>(i % 3, i)).reduceByKey(Integer::sum);
      List<List<Tuple2<Integer, Tuple2<Integer, String>>>> joined = new ArrayList<>();
      sums.transformToPair(rdd -> rdd.join(names))
          .foreachRDD(rdd -> joined.add(rdd.sortByKey().collect()));
      sums.<Integer>updateStateByKey(
              (added, sum) -> Optional.of(sum.orElse(0) + added.stream().mapToInt(i -> i).sum()))
          .foreachRDD(rdd -> assertThat(rdd.repartition(3).count()).isPositive());

      test.run(BATCHES.size());

      StoredBlocks.await("the shuffle of the names alone", () -> numShuffles() == 1);
      // Data, index and checksums of two map partitions.
      StoredBlocks.await("the files of the names alone", () -> numFiles() == 6);
      assertThat(mapped.value()).as("names that were computed, once").isEqualTo(3L);
      assertThat(joined)
          .first()
          .isEqualTo(
              List.of(
                  new Tuple2<>(0, new Tuple2<>(3, "n0")),
                  new Tuple2<>(1, new Tuple2<>(5, "n1")),
                  new Tuple2<>(2, new Tuple2<>(2, "n2"))));
      assertThat(joined).hasSize(BATCHES.size());
    }
  }

  @Test
  void aWindow_readsWhatItsBatchesHaveShuffled() throws Exception {
    try (StreamTest test = new StreamTest(CONF, Duration.ofSeconds(1))) {
      List<Integer> sums = new ArrayList<>();
      test.input(BATCHES, 2)
          .mapToPair(i -> new Tuple2<>(i % 3, i))
          .reduceByKey(Integer::sum)
          .window(Duration.ofSeconds(3), Duration.ofSeconds(1))
          .foreachRDD(rdd -> sums.add(rdd.values().reduce(Integer::sum)));
      test.run(BATCHES.size());
      assertThat(sums).containsExactly(10, 21, 45, 45, 57);
    }
  }

  /** A job beside the batches that reads a shuffle of theirs is not disturbed by their end. */
  @Test
  void aJobThatGoesOnAfterItsBatch_hasItsRecords() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    ExecutorService beside = Executors.newSingleThreadExecutor();
    try (StreamTest test = new StreamTest(CONF, Duration.ofSeconds(1))) {
      List<Future<List<Integer>>> found = new ArrayList<>();
      waiting = new CountDownLatch(1);
      goOn = ended;
      test.input(BATCHES, 2)
          .mapToPair(i -> new Tuple2<>(i % 3, i))
          .foreachRDD(
              rdd -> {
                if (found.isEmpty()) {
                  found.add(
                      beside.submit(
                          () ->
                              rdd.reduceByKey(Integer::sum)
                                  .map(
                                      sum -> {
                                        waiting.countDown();
                                        goOn.await();
                                        return sum._2();
                                      })
                                  .repartition(2)
                                  .sortBy(i -> i, true, 2)
                                  .collect()));
                  waiting.await();
                }
              });
      test.run(3);
      ended.countDown();
      assertThat(found.get(0).get()).containsExactly(2, 3, 5);
      test.run(1);
    } finally {
      ended.countDown();
      beside.shutdown();
    }
  }

  private static volatile CountDownLatch waiting = new CountDownLatch(0);
  private static volatile CountDownLatch goOn = new CountDownLatch(0);
}
