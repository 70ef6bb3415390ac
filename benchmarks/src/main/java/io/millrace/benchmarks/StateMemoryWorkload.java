package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import io.millrace.stream.StateSpec;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Bytes that a million {@code Long → Long} states retain after a garbage collection, with the times
 * that their timeout needs, beside a {@code HashMap<Long, Long>} without any.
 */
final class StateMemoryWorkload implements Workload {

  private static final int NUM_KEYS = 1_000_000;
  private static final int PER_BATCH = 100_000;

  @Override
  public List<Row> run() throws Exception {
    double byHand = bytesByHand();
    long expected = 0;
    for (int i = 0; i < NUM_KEYS; i++) {
      expected += value(i);
    }
    List<Long> sums = new ArrayList<>();
    Queue<RDD<Tuple2<Long, Long>>> queue = new ArrayDeque<>();
    try (BatchStepper stepper = new BatchStepper("local[1]")) {
      stepper
          .context()
          .queueStream(queue)
          .mapToPair(pair -> pair)
          .mapWithState(
              StateSpec.<Long, Long, Long, Long>function(
                      (key, value, state) -> {
                        state.update(value.get());
                        return value.get();
                      })
                  .timeout(Duration.ofHours(1)))
          .foreachRDD(
              rdd -> {
                sums.add(rdd.reduce(Long::sum));
              });
      stepper.start();
      long before = retainedBytes();
      for (int from = 0; from < NUM_KEYS; from += PER_BATCH) {
        List<Tuple2<Long, Long>> batch = new ArrayList<>(PER_BATCH);
        for (int i = from; i < from + PER_BATCH; i++) {
          batch.add(new Tuple2<>(KeyedEvents.key(i), value(i)));
        }
        queue.add(stepper.context().rddContext().parallelize(batch, 1));
        stepper.step();
      }
      // Batches without records let go of what the last one held.
      for (int i = 0; i < 3; i++) {
        queue.add(
            stepper
                .context()
                .rddContext()
                .parallelize(List.of(new Tuple2<>(KeyedEvents.key(0), 1_000L)), 1));
        stepper.step();
      }
      double millrace = perEntry(before);
      long total = sums.stream().limit(NUM_KEYS / PER_BATCH).mapToLong(Long::longValue).sum();
      return List.of(
          new Row(
              "state-memory",
              "bytes/entry",
              byHand,
              millrace,
              Double.NaN,
              Double.NaN,
              expected == total));
    }
  }

  /** More than the cache of boxes holds. */
  private static long value(int number) {
    return 1_000L + number;
  }

  private static double bytesByHand() {
    Map<Long, Long> map = new HashMap<>();
    long before = retainedBytes();
    for (int i = 0; i < NUM_KEYS; i++) {
      map.put(KeyedEvents.key(i), value(i));
    }
    double bytes = perEntry(before);
    Reference.reachabilityFence(map);
    return bytes;
  }

  private static double perEntry(long before) {
    return (retainedBytes() - before) / (double) NUM_KEYS;
  }

  private static long retainedBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
