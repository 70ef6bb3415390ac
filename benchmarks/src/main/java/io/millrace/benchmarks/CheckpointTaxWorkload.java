package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.stream.StateSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What a checkpoint on the local disk costs: a running sum for each of a million keys, with and
 * without, in the same process. First at a fixed rate of 2 million events/s, a batch every 100 ms;
 * then as fast as it goes. Ratios are with over without.
 */
final class CheckpointTaxWorkload implements Workload {

  private static final int NUM_KEYS = 1_000_000;
  private static final int PER_BATCH = 200_000;
  private static final int NUM_INPUTS = 8;
  private static final int PARALLELISM = 2;
  private static final long INTERVAL_NANOS = 100_000_000;
  private static final int WARM_UP_BLOCKS = 2;
  private static final int BLOCKS = 6;
  private static final int BLOCK_BATCHES = 50;

  /** One program, with or without a checkpoint. */
  private static final class Side implements AutoCloseable {
    final BatchStepper stepper = new BatchStepper("local[" + PARALLELISM + "]");
    final KeyedTurn turn;
    final List<Double> millis = new ArrayList<>();

    Side(List<List<Tuple2<Long, Long>>> inputs, Optional<Path> checkpoint) throws Exception {
      checkpoint.ifPresent(directory -> stepper.context().checkpoint(directory.toString()));
      PairRDD<Long, Long> initial =
          stepper.context().rddContext().parallelizePairs(KeyedEvents.zeros(NUM_KEYS), PARALLELISM);
      turn = new KeyedTurn(stepper, inputs, PARALLELISM, events -> 0);
      turn.digest(
          turn.input().mapWithState(StateSpec.function(StateWorkload::add).initialState(initial)));
      stepper.start();
    }

    double step() throws Exception {
      turn.begin();
      return turn.millrace().processingNanos() / 1e6;
    }

    @Override
    public void close() {
      stepper.close();
    }
  }

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.uniform(NUM_INPUTS, PER_BATCH, NUM_KEYS);
    try (ScratchDirectory scratch = new ScratchDirectory();
        Side without = new Side(inputs, Optional.empty());
        Side with = new Side(inputs, Optional.of(scratch.path()))) {
      List<Row> rows = new ArrayList<>();
      take(without, with, true);
      rows.add(row("checkpoint-tax-p50", "ms/batch", without, with, 0.5));
      rows.add(row("checkpoint-tax-p99", "ms/batch", without, with, 0.99));
      without.millis.clear();
      with.millis.clear();
      take(without, with, false);
      rows.add(saturated(without, with));
      return rows;
    }
  }

  private static void take(Side without, Side with, boolean isPaced) throws Exception {
    for (int block = -WARM_UP_BLOCKS; block < BLOCKS; block++) {
      for (Side side : List.of(without, with)) {
        long next = System.nanoTime();
        for (int i = 0; i < BLOCK_BATCHES; i++) {
          double millis = side.step();
          if (block >= 0) {
            side.millis.add(millis);
          }
          next += INTERVAL_NANOS;
          while (isPaced && System.nanoTime() < next) {
            LockSupport.parkNanos(next - System.nanoTime());
          }
        }
      }
    }
  }

  private static Row row(String name, String unit, Side without, Side with, double percentile) {
    Percentiles times = times(with);
    return new Row(
        name,
        unit,
        times(without).at(percentile),
        times.at(percentile),
        times.at(0.5),
        times.at(0.99),
        true);
  }

  private static Row saturated(Side without, Side with) {
    Percentiles times = times(with);
    return new Row(
        "checkpoint-saturated",
        "events/s",
        PER_BATCH * 1e3 / mean(without),
        PER_BATCH * 1e3 / mean(with),
        times.at(0.5),
        times.at(0.99),
        true);
  }

  private static double mean(Side side) {
    return side.millis.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static Percentiles times(Side side) {
    return Percentiles.of(side.millis.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
