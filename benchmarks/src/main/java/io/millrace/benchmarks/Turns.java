package io.millrace.benchmarks;

import io.millrace.stream.BatchInfo;

/**
 * Lets Millrace and a loop written by hand do the same work in turns, batch by batch, so that what
 * disturbs the machine disturbs both.
 */
final class Turns {

  /** One batch of each. */
  interface Turn {

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
   * @param measured turns that do
   */
  Turns(int warmUp, int measured) {
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /**
   * Takes all turns; the row has the medians. Times per batch are of batches after that, of
   * Millrace alone.
   *
   * @param amountPerBatch how much of the unit a batch is
   */
  Row take(String workload, String unit, double amountPerBatch, Turn turn) throws Exception {
    double[] byHand = new double[measured];
    double[] millrace = new double[measured];
    boolean equal = true;
    for (int i = -warmUp; i < measured; i++) {
      BatchInfo batch = turn.millrace();
      long start = System.nanoTime();
      turn.byHand();
      long byHandNanos = System.nanoTime() - start;
      equal &= turn.areEqual();
      if (i >= 0) {
        byHand[i] = amountPerBatch * 1e9 / byHandNanos;
        millrace[i] = amountPerBatch * 1e9 / batch.processingNanos();
      }
    }
    Percentiles times = Percentiles.of(alone(turn));
    return new Row(
        workload,
        unit,
        Percentiles.of(byHand).at(0.5),
        Percentiles.of(millrace).at(0.5),
        times.at(0.5),
        times.at(0.99),
        equal);
  }

  /** Milliseconds of batches without the baseline between them, whose garbage is not Millrace's. */
  private double[] alone(Turn turn) throws Exception {
    double[] millis = new double[ALONE];
    for (int i = 0; i < ALONE; i++) {
      millis[i] = turn.millrace().processingNanos() / 1e6;
    }
    return millis;
  }
}
