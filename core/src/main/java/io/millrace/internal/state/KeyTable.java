package io.millrace.internal.state;

import io.millrace.internal.pipeline.CrowdedKeys;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary that gives each key a position, so that whatever belongs to keys lives in plain
 * arrays beside it. Positions of removed keys are given again, the last removed first.
 */
interface KeyTable {

  /**
   * The positions of the keys {@code [from, to)}, in order; {@code ~position} for a key that has
   * just been given one. Stops at a key that this table does not take. If the {@code equals} of a
   * key throws, none of the keys has been given a position.
   *
   * @param hashes the keys' stable hashes
   * @return {@code to}, or the index of the key that was not taken
   */
  int locateAll(Object[] keys, int[] hashes, int from, int to, int[] positions);

  /**
   * The positions of the first {@code count} of keys without boxes, as {@link #locateAll} gives
   * them.
   */
  void locateLongs(long[] keys, int count, int[] positions);

  /** Adds the keys at the first {@code count} positions, all of them in use, to {@code into}. */
  void copyKeys(int[] positions, int count, Cells into);

  /** The key at a position that is in use. */
  Object key(int position);

  /** The stable hash of that key. */
  int hash(int position);

  /**
   * Takes the key at {@code position} out. The position is given to the next new key. Calls no user
   * code.
   */
  void remove(int position);

  /**
   * Removes the keys that {@link #locateAll} has just given the positions {@code [from, to)}, the
   * last first, so that they are given again in the same order.
   */
  default void removeAdded(int[] positions, int from, int to) {
    for (int i = to - 1; i >= from; i--) {
      if (positions[i] < 0) {
        remove(~positions[i]);
      }
    }
  }

  /** Number of keys. */
  int size();

  /** All positions in use are less than this. */
  int bound();

  /** Bytes of the table itself, without objects that it refers to. */
  long bytes();

  /** The slots, for the table that takes over. */
  int[] slots();

  /** The positions below the bound that no key has, for the table that takes over. */
  FreePositions free();

  /** The keys that found no slot; made with the first call. */
  CrowdedKeys crowded();

  /** As {@link #crowded}, or null if there are none, for the table that takes over. */
  @Nullable CrowdedKeys crowdedOrNull();

  /** The room that a table has taken. */
  record Extent(int bound, int capacity, int numSlots, int freeCapacity) {}

  Extent extent();

  /** Goes back to an extent of before, once all keys that have come since then are removed. */
  void shrinkTo(Extent before);
}
