package io.millrace.sink;

/**
 * What a sink keeps in its target beside the rows: the last batch that was made visible, and whose
 * attempt at it. Written in the same atomic step as the rows.
 *
 * @param batch number of the batch, at least 1
 * @param epoch of the driver whose attempt at the batch it was, at least 1. A later driver that
 *     completes the attempt of an earlier one writes the earlier one's epoch
 */
public record Marker(long batch, long epoch) {

  public Marker {
    if (batch < 1 || epoch < 1) {
      throw new IllegalArgumentException(
          "batches and epochs count from 1, not " + batch + " and " + epoch);
    }
  }
}
