package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.BatchInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running sum for each of a million keys by {@code updateStateByKey}, which visits every key in
 * every batch, in batches of 100,000 records, on {@code local[2]}, against a {@code HashMap} in one
 * thread that groups the records and visits every key too.
 */
final class StateAllKeysWorkload implements Workload {

  private static final int NUM_KEYS = 1_000_000;
  private static final int PER_BATCH = 100_000;
  private static final int NUM_INPUTS = 8;
  private static final int WARM_UP_BATCHES = 10;
  private static final int BATCHES = 30;
  private static final int PARALLELISM = 2;

  private long digest;

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.uniform(NUM_INPUTS, PER_BATCH, NUM_KEYS);
    Map<Long, Long> sums = new HashMap<>();
    try (BatchStepper stepper = new BatchStepper("local[" + PARALLELISM + "]")) {
      List<Tuple2<Long, Long>> zeros = new ArrayList<>(NUM_KEYS);
      for (int i = 0; i < NUM_KEYS; i++) {
        zeros.add(new Tuple2<>(KeyedEvents.key(i), 0L));
        sums.put(KeyedEvents.key(i), 0L);
      }
      PairRDD<Long, Long> initial =
          stepper.context().rddContext().parallelizePairs(zeros, PARALLELISM);
      CyclingInput input = new CyclingInput(stepper.context(), inputs, PARALLELISM);
      input.stream()
          .updateStateByKey(StateAllKeysWorkload::add, new HashPartitioner(PARALLELISM), initial)
          .foreachRDD(
              rdd -> {
                digest =
                    rdd.aggregate(
                        0L, (sum, pair) -> sum + KeyedEvents.mix(pair._1(), pair._2()), Long::sum);
              });
      stepper.start();
      double[] byHand = new double[BATCHES];
      double[] millrace = new double[BATCHES];
      double[] batchMillis = new double[BATCHES];
      boolean equal = true;
      for (int i = -WARM_UP_BATCHES; i < BATCHES; i++) {
        int number = input.offer();
        BatchInfo batch = stepper.step();
        long start = System.nanoTime();
        long expected = addByHand(inputs.get(number), sums);
        long byHandNanos = System.nanoTime() - start;
        equal &= expected == digest;
        if (i >= 0) {
          byHand[i] = NUM_KEYS * 1e9 / byHandNanos;
          millrace[i] = NUM_KEYS * 1e9 / batch.processingNanos();
          batchMillis[i] = batch.processingNanos() / 1e6;
        }
      }
      Percentiles times = Percentiles.of(batchMillis);
      return List.of(
          new Row(
              "state-all-keys",
              "keys/s",
              Percentiles.of(byHand).at(0.5),
              Percentiles.of(millrace).at(0.5),
              times.at(0.5),
              times.at(0.99),
              equal));
    }
  }

  private static Optional<Long> add(List<Long> values, Optional<Long> before) {
    long sum = before.orElse(0L);
    for (long value : values) {
      sum += value;
    }
    return Optional.of(sum);
  }

  private static long addByHand(List<Tuple2<Long, Long>> events, Map<Long, Long> sums) {
    Map<Long, List<Long>> groups = new HashMap<>();
    for (Tuple2<Long, Long> event : events) {
      groups.computeIfAbsent(event._1(), key -> new ArrayList<>(4)).add(event._2());
    }
    long digest = 0;
    for (Map.Entry<Long, Long> entry : sums.entrySet()) {
      long sum = entry.getValue();
      for (long value : groups.getOrDefault(entry.getKey(), List.of())) {
        sum += value;
      }
      entry.setValue(sum);
      digest += KeyedEvents.mix(entry.getKey(), sum);
    }
    return digest;
  }
}
