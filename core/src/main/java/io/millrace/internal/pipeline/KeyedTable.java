package io.millrace.internal.pipeline;

/** Combines values by key in order of arrival. Not safe for concurrent use. */
interface KeyedTable {

  /** Adds the pairs of a buffer, in order, and empties it. */
  void addAll(PairBuffer pairs) throws Exception;

  /** Adds the already combined values of a block. */
  void addCombined(KeyedBlock block) throws Exception;

  /** What has been combined; the table must not be used afterwards. */
  KeyedBlock toBlock();
}
