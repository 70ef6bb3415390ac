package io.millrace.internal.pipeline;

/** Combines values by key in order of arrival. Not safe for concurrent use. */
public interface KeyedTable {

  /** Adds the pairs of a buffer, in order, and empties it. */
  void addAll(PairBuffer pairs) throws Exception;

  /** Adds the already combined values of a block. */
  void addCombined(KeyedBlock block) throws Exception;

  /** The keys so far. */
  KeyIndex keys();

  /** What keys and values take, by estimate from some samples of each. */
  long bytes(Overflow overflow, int maxSamples);

  /** What has been combined; the table must not be used afterwards. */
  KeyedBlock toBlock();
}
