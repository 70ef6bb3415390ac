package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running sum for each of a million keys by {@code mapWithState}, in batches of 200,000 records
 * over uniform keys, against {@code HashMap.merge} in one thread over the same records. The two
 * take turns, batch by batch.
 */
final class StateWorkload implements Workload {

  private static final int NUM_KEYS = 1_000_000;
  private static final int PER_BATCH = 200_000;
  private static final int NUM_INPUTS = 8;
  private static final int WARM_UP_BATCHES = 20;
  private static final int BATCHES = 60;

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.uniform(NUM_INPUTS, PER_BATCH, NUM_KEYS);
    List<Row> rows = new ArrayList<>();
    for (int parallelism = 1; parallelism <= 2; parallelism++) {
      rows.add(run(inputs, parallelism));
    }
    return rows;
  }

  private static Row run(List<List<Tuple2<Long, Long>>> inputs, int parallelism) throws Exception {
    String master = "local[" + parallelism + "]";
    Map<Long, Long> sums = new HashMap<>();
    List<Tuple2<Long, Long>> zeros = KeyedEvents.zeros(NUM_KEYS);
    zeros.forEach(pair -> sums.put(pair._1(), pair._2()));
    try (BatchStepper stepper = new BatchStepper(master)) {
      PairRDD<Long, Long> initial =
          stepper.context().rddContext().parallelizePairs(zeros, parallelism);
      KeyedTurn turn =
          new KeyedTurn(stepper, inputs, parallelism, events -> addByHand(events, sums));
      turn.digest(
          turn.input().mapWithState(StateSpec.function(StateWorkload::add).initialState(initial)));
      stepper.start();
      return new Turns(WARM_UP_BATCHES, BATCHES)
          .take("state-" + master, "events/s", PER_BATCH, turn);
    }
  }

  static Tuple2<Long, Long> add(Long key, Optional<Long> value, State<Long> state) {
    long sum = (state.exists() ? state.get() : 0) + value.get();
    state.update(sum);
    return new Tuple2<>(key, sum);
  }

  private static long addByHand(List<Tuple2<Long, Long>> events, Map<Long, Long> sums) {
    long digest = 0;
    for (Tuple2<Long, Long> event : events) {
      long sum = sums.merge(event._1(), event._2(), Long::sum);
      digest += KeyedEvents.mix(event._1(), sum);
    }
    return digest;
  }
}
