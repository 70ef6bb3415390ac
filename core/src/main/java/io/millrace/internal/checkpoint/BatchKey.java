package io.millrace.internal.checkpoint;

import java.util.Comparator;

/**
 * Identifies a batch, in order of time: its number does, but windows ask by time, and several
 * batches may have the same.
 *
 * @param number 0 if it is not known, as in windows of checkpoints that were written before it was
 *     kept
 */
public record BatchKey(long timeMillis, long number) implements Comparable<BatchKey> {

  private static final Comparator<BatchKey> ORDER =
      Comparator.comparingLong(BatchKey::timeMillis).thenComparingLong(BatchKey::number);

  /** Not less than any batch up to that time, and less than all later ones. */
  public static BatchKey through(long timeMillis) {
    return new BatchKey(timeMillis, Long.MAX_VALUE);
  }

  @Override
  public int compareTo(BatchKey other) {
    return ORDER.compare(this, other);
  }
}
