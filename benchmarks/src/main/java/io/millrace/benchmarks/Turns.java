package io.millrace.benchmarks;

import io.millrace.stream.BatchInfo;

/**
 * Lets Millrace and a loop written by hand do the same work in turns, batch by batch, so that what
 * disturbs the machine disturbs both. Each goes first in every other turn.
 */
final class Turns {

  /** One batch of each. */
  interface Turn {

    /** Chooses the input of both. */
    default void begin() {}

    /** Runs a batch. */
    BatchInfo millrace() throws Exception;

    /** Does the same by hand; timed. */
    void byHand();

    /** Whether both came to the same. */
    boolean areEqual();
  }

  private static final int ALONE = 200;

  private final int warmUp;
  private final int measured;

  /**
   * @param warmUp turns that do not count
   * @param measured turns that do; an even number
   */
  Turns(int warmUp, int measured) {
    this.warmUp = warmUp;
    this.measured = measured;
    if (measured < 2 || measured % 2 != 0) {
      throw new IllegalArgumentException("turns are measured in pairs, not " + measured);
    }
  }

  /**
   * Takes all turns; the row has the medians. Times per batch are of batches after that, of
   * Millrace alone.
   *
   * @param amountPerBatch how much of the unit a batch is
   */
  Row take(String workload, String unit, double amountPerBatch, Turn turn) throws Exception {
    // By who went first: the other finds the input in the caches.
    double[][] byHandNanos = new double[2][measured / 2];
    double[][] millraceNanos = new double[2][measured / 2];
    boolean equal = true;
    for (int i = -warmUp; i < measured; i++) {
      int first = Math.floorMod(i, 2);
      turn.begin();
      long byHand = first == 0 ? timeByHand(turn) : 0;
      long millrace = turn.millrace().processingNanos();
      byHand = first == 0 ? byHand : timeByHand(turn);
      equal &= turn.areEqual();
      if (i >= 0) {
        byHandNanos[first][i / 2] = byHand;
        millraceNanos[first][i / 2] = millrace;
      }
    }
    Percentiles times = Percentiles.of(alone(turn));
    return new Row(
        workload,
        unit,
        amountPerBatch * 1e9 / typical(byHandNanos),
        amountPerBatch * 1e9 / typical(millraceNanos),
        times.at(0.5),
        times.at(0.99),
        equal);
  }

  /** The mean of the medians in both orders. */
  private static double typical(double[][] nanos) {
    return (Percentiles.of(nanos[0]).at(0.5) + Percentiles.of(nanos[1]).at(0.5)) / 2;
  }

  private static long timeByHand(Turn turn) {
    long start = System.nanoTime();
    turn.byHand();
    return System.nanoTime() - start;
  }

  /** Milliseconds of batches without the baseline between them, whose garbage is not Millrace's. */
  private double[] alone(Turn turn) throws Exception {
    double[] millis = new double[ALONE];
    for (int i = 0; i < ALONE; i++) {
      turn.begin();
      millis[i] = turn.millrace().processingNanos() / 1e6;
    }
    return millis;
  }
}
