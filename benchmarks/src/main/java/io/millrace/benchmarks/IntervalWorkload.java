package io.millrace.benchmarks;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.stream.BatchInfo;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The smallest batch interval that keeps up with 1,000 records a batch for ten seconds on the
 * machine's clock: at the end the scheduling delay is below one interval, and no tick was merged in
 * the last five seconds.
 */
final class IntervalWorkload implements Workload {

  private static final long RUN_MILLIS = 10_000;
  private static final long STEADY_MILLIS = 5_000;
  private static final int[] INTERVALS_MILLIS = {1, 2, 5, 10, 20, 50};
  private static final int NUM_RECORDS = 1_000;
  private static final int NUM_KEYS = 100;

  @Override
  public List<Row> run() throws Exception {
    for (int interval : INTERVALS_MILLIS) {
      Optional<Row> row = tryInterval(interval);
      if (row.isPresent()) {
        return List.of(row.get());
      }
    }
    throw new IllegalStateException("no interval up to 50 ms keeps up");
  }

  private static Optional<Row> tryInterval(int intervalMillis) throws Exception {
    List<BatchInfo> batches = Collections.synchronizedList(new ArrayList<>());
    List<Long> records = new ArrayList<>();
    for (long i = 0; i < NUM_RECORDS; i++) {
      records.add(i);
    }
    Conf conf = new Conf().setMaster("local[2]").setAppName("interval");
    try (StreamingContext context = new StreamingContext(conf, Duration.ofMillis(intervalMillis))) {
      RDD<Long> input = context.rddContext().parallelize(records, 2);
      context
          .queueStream(new ArrayDeque<>(), true, input)
          .map(x -> x + 1)
          .filter(x -> x % 3 != 0)
          .mapToPair(x -> new Tuple2<>((int) (x % NUM_KEYS), x))
          .reduceByKey((a, b) -> a + b)
          .foreachRDD(rdd -> require(rdd.collect().size() == NUM_KEYS));
      context.addStreamingListener(
          new StreamingListener() {
            @Override
            public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
              batches.add(completed.batchInfo());
            }
          });
      context.start();
      context.awaitTerminationOrTimeout(RUN_MILLIS);
    }
    List<BatchInfo> all = List.copyOf(batches);
    BatchInfo last = all.get(all.size() - 1);
    long steadyFrom = last.batchTime().milliseconds() - STEADY_MILLIS;
    List<BatchInfo> steady =
        all.stream().filter(batch -> batch.batchTime().milliseconds() > steadyFrom).toList();
    boolean keepsUp =
        last.schedulingDelay() < intervalMillis
            && steady.stream().allMatch(batch -> batch.numMergedTicks() == 0);
    if (!keepsUp) {
      return Optional.empty();
    }
    Percentiles times =
        Percentiles.of(
            steady.stream().mapToDouble(batch -> batch.processingNanos() / 1e6).toArray());
    return Optional.of(
        new Row("interval", "ms", Double.NaN, intervalMillis, times.at(0.5), times.at(0.99), true));
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException("a batch came to a wrong result");
    }
  }
}
