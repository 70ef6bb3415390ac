package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.stream.PairDStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sliding count of 10,000 keys by {@code reduceByKeyAndWindow}, on {@code local[2]}, in batches
 * of 100,000 records over keys that follow Zipf's law, with windows of 10, 100 and 1,000 batches
 * that slide by one. The baseline keeps a ring of maps, one per batch, with running sums, in one
 * thread, and takes turns with it, batch by batch.
 */
final class WindowWorkload implements Workload {

  private static final int NUM_KEYS = 10_000;
  private static final int PER_BATCH = 100_000;
  private static final int NUM_INPUTS = 8;
  private static final int WARM_UP_BATCHES = 100;
  private static final int BATCHES = 200;
  private static final int PARALLELISM = 2;

  private final boolean inverse;

  WindowWorkload(boolean inverse) {
    this.inverse = inverse;
  }

  @Override
  public List<Row> run() throws Exception {
    List<List<Tuple2<Long, Long>>> inputs = KeyedEvents.zipf(NUM_INPUTS, PER_BATCH, NUM_KEYS);
    List<Row> rows = new ArrayList<>();
    for (int length : new int[] {10, 100, 1_000}) {
      rows.add(run(inputs, length));
    }
    return rows;
  }

  private Row run(List<List<Tuple2<Long, Long>>> inputs, int length) throws Exception {
    Ring ring = new Ring(length);
    try (BatchStepper stepper = new BatchStepper("local[" + PARALLELISM + "]")) {
      KeyedTurn turn = new KeyedTurn(stepper, inputs, PARALLELISM, ring::slide);
      turn.digest(windowed(turn.input(), Duration.ofSeconds(length)));
      stepper.start();
      return new Turns(WARM_UP_BATCHES + length, BATCHES)
          .take((inverse ? "window-inverse-" : "window-") + length, "events/s", PER_BATCH, turn);
    }
  }

  private PairDStream<Long, Long> windowed(PairDStream<Long, Long> events, Duration length) {
    return inverse
        ? events.reduceByKeyAndWindow(
            (a, b) -> a + b,
            (a, b) -> a - b,
            length,
            events.slideDuration(),
            PARALLELISM,
            pair -> pair._2() != 0)
        : events.reduceByKeyAndWindow((a, b) -> a + b, length, events.slideDuration(), PARALLELISM);
  }

  /** The loop written by hand. */
  private static final class Ring {

    private final int length;
    private final Deque<Map<Long, Long>> panes = new ArrayDeque<>();
    private final Map<Long, Long> sums = new HashMap<>();

    Ring(int length) {
      this.length = length;
    }

    long slide(List<Tuple2<Long, Long>> events) {
      Map<Long, Long> entering = new HashMap<>();
      for (Tuple2<Long, Long> event : events) {
        entering.merge(event._1(), event._2(), Long::sum);
      }
      entering.forEach((key, count) -> sums.merge(key, count, Long::sum));
      panes.addLast(entering);
      if (panes.size() > length) {
        panes
            .removeFirst()
            .forEach(
                (key, count) ->
                    sums.computeIfPresent(key, (k, sum) -> sum.equals(count) ? null : sum - count));
      }
      long digest = 0;
      for (Map.Entry<Long, Long> entry : sums.entrySet()) {
        digest += KeyedEvents.mix(entry.getKey(), entry.getValue());
      }
      return digest;
    }
  }
}
