package io.millrace.examples.flights;

import io.millrace.stream.BatchInfo;
import java.util.Arrays;

/** How long batches took, each counted once. */
final class BatchTimes {

  private long[] nanos = new long[1_024];
  private int size;
  private long lastNumber;

  /** Adds a batch, unless it was the last one added. */
  void add(BatchInfo batch) {
    if (batch.number() == lastNumber) {
      return;
    }
    if (size == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * size);
    }
    nanos[size++] = batch.processingNanos();
    lastNumber = batch.number();
  }

  /** The time of the last batch in milliseconds; 0 if there is none. */
  double lastMillis() {
    return size == 0 ? 0 : nanos[size - 1] / 1e6;
  }

  /**
   * The time in milliseconds that {@code percent} of the batches did not exceed (nearest rank); 0
   * if there are none.
   */
  double percentileMillis(int percent) {
    if (size == 0) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(size * percent / 100.0) - 1] / 1e6;
  }
}
