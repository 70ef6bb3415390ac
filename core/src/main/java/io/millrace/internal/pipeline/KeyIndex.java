package io.millrace.internal.pipeline;

/**
 * A compact dictionary of keys: each distinct key gets the next position 0, 1, 2, …, so that
 * whatever belongs to keys lives in plain arrays beside it, in order of first arrival.
 */
public interface KeyIndex {

  /**
   * The position of {@code key} if it is known, else {@code ~position} of the place it has just
   * been given.
   *
   * @param hash the key's stable hash
   */
  int locate(Object key, int hash);

  /**
   * As {@link #locate} for the {@code count} keys from {@code from} on, in order; results go to
   * {@code positions[0..count)}.
   */
  void locateAll(Object[] keys, int[] hashes, int from, int count, int[] positions);

  /** What the keys take, by estimate from some samples, and what is beside them. */
  default long bytes(Overflow overflow, int maxSamples) {
    // A hash, and two slots at most half of which are in use.
    return overflow.sizeOf(keys(), size(), maxSamples) + 12L * keys().length;
  }

  /** Number of keys. */
  int size();

  /** The keys by position; valid until the next {@link #locate}. */
  Object[] keys();

  /** The keys' hashes by position; valid until the next {@link #locate}. */
  int[] hashes();
}
