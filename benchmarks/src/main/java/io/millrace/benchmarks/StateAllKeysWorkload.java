package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
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

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.uniform(NUM_INPUTS, PER_BATCH, NUM_KEYS);
    Map<Long, Long> sums = new HashMap<>();
    List<Tuple2<Long, Long>> zeros = KeyedEvents.zeros(NUM_KEYS);
    zeros.forEach(pair -> sums.put(pair._1(), pair._2()));
    try (BatchStepper stepper = new BatchStepper("local[" + PARALLELISM + "]")) {
      PairRDD<Long, Long> initial =
          stepper.context().rddContext().parallelizePairs(zeros, PARALLELISM);
      KeyedTurn turn =
          new KeyedTurn(stepper, inputs, PARALLELISM, events -> addByHand(events, sums));
      turn.digest(
          turn.input()
              .updateStateByKey(
                  StateAllKeysWorkload::add, new HashPartitioner(PARALLELISM), initial));
      stepper.start();
      return List.of(
          new Turns(WARM_UP_BATCHES, BATCHES).take("state-all-keys", "keys/s", NUM_KEYS, turn));
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
