package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.StorageLevel;
import io.millrace.testkit.StreamTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A context that has run for long holds no more than one that has not. */
@Tag("slow")
@Timeout(300)
class ManyBatchesTest {

  private static final int WARM_UP_BATCHES = 10_000;
  private static final int BATCHES = 100_000;

  /** Less than one small object per batch and stream would come to. */
  private static final long ALLOWED_GROWTH_BYTES = 2L << 20;

  @Tag("embedded") // many batches, and a bound for all that is in this process
  @Test
  void memory_isFlat_withSharedPersistedAndWindowedStreams() throws Exception {
    Conf conf = new Conf().setMaster("local[1]");
    AtomicLong records = new AtomicLong();
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      test.context().remember(Duration.ofSeconds(5));
      DStream<Integer> numbers =
          test.context()
              .constantStream(test.context().rddContext().parallelize(List.of(1, 2, 3), 1));
      DStream<Integer> shared = numbers.map(i -> i + 1);
      DStream<Integer> persisted = shared.filter(i -> i > 2).persist(StorageLevel.MEMORY_ONLY);
      PairDStream<Integer, Integer> pairs = persisted.mapToPair(i -> Tuple2.of(i, 1));
      shared.foreachRDD(rdd -> records.addAndGet(rdd.count()));
      persisted.foreachRDD(rdd -> records.addAndGet(rdd.count()));
      shared
          .window(Duration.ofSeconds(8), Duration.ofSeconds(4))
          .foreachRDD(rdd -> records.addAndGet(rdd.count()));
      pairs
          .reduceByKeyAndWindow(Integer::sum, Duration.ofSeconds(30), Duration.ofSeconds(10))
          .foreachRDD(rdd -> records.addAndGet(rdd.count()));
      persisted.transform(rdd -> rdd.union(rdd)).foreachPartition(part -> part.next());

      test.run(1);
      test.clock().advance(Duration.ofSeconds(WARM_UP_BATCHES - 1));
      awaitBatches(test, WARM_UP_BATCHES);
      long before = usedBytes();
      test.clock().advance(Duration.ofSeconds(BATCHES - WARM_UP_BATCHES));
      awaitBatches(test, BATCHES);
      long after = usedBytes();

      assertThat(after - before)
          .as("bytes more than after the warm-up")
          .isLessThan(ALLOWED_GROWTH_BYTES);
      assertThat(shared.slice(new Time(1_000L * (BATCHES - 4)), new Time(1_000L * BATCHES)))
          .as("what is remembered")
          .hasSize(5);
    }
    long perBatch = 3 + 2;
    long windows = BATCHES / 4 * 24L - 12;
    long reduced = BATCHES / 10 * 2L;
    assertThat(records).hasValue(BATCHES * perBatch + windows + reduced);
  }

  private static void awaitBatches(StreamTest test, long number) throws InterruptedException {
    while (!test.clock().awaitIdle(1, Duration.ofSeconds(1))) {
      test.context().awaitTerminationOrTimeout(0);
    }
    assertThat(test.context().progress().numBatches()).isEqualTo(number);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
