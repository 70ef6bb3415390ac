package io.millrace.internal.state;

import io.millrace.internal.pipeline.CrowdedKeys;

/**
 * The arithmetic of the sparse array of a compact dictionary: open addressing with linear probing
 * over positions, at most half full, as in {@code OpenKeyIndex}. A slot holds the position + 1 of
 * its key in the bits of {@code slots.length - 1}, and the top bits of the key's hash in the bits
 * above; 0 if it is free.
 */
final class Slots {

  /** 2^32 divided by the golden ratio (Knuth's multiplicative hashing), to spread weak hashes. */
  static final int SPREAD = 0x9E3779B9;

  private Slots() {}

  /** How far a spread hash is shifted to index {@code slots}. */
  static int shift(int[] slots) {
    return 32 - Integer.numberOfTrailingZeros(slots.length);
  }

  static int slot(int hash, int position, int length) {
    return (hash & -length) | (position + 1);
  }

  /** The slot at which the search for a key that begins at {@code home} is given up. */
  static int end(int home, int mask) {
    // In an array that is shorter, the search ends at a free slot before it is back at its home.
    return (home + CrowdedKeys.MAX_PROBES) & mask;
  }

  /**
   * Puts a position that is not there into the first free slot of its probe sequence; returns
   * whether there is one within {@link CrowdedKeys#MAX_PROBES}.
   */
  static boolean link(int[] slots, int hash, int position) {
    int mask = slots.length - 1;
    int slot = (hash * SPREAD) >>> shift(slots);
    int end = end(slot, mask);
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
      if (slot == end) {
        return false;
      }
    }
    slots[slot] = slot(hash, position, slots.length);
    return true;
  }

  /**
   * An array of {@code length} with the positions of {@code slots}; those that find no slot there
   * are added to {@code keys.crowded()}.
   */
  static int[] resized(int[] slots, int length, KeyTable keys) {
    int[] resized = new int[length];
    for (int slot : slots) {
      if (slot != 0) {
        int position = (slot & (slots.length - 1)) - 1;
        if (!link(resized, keys.hash(position), position)) {
          keys.crowded().addUnindexed(keys.key(position), position);
        }
      }
    }
    return resized;
  }

  /** The slot of a position that is there. */
  static int find(int[] slots, int hash, int position) {
    int mask = slots.length - 1;
    int slot = (hash * SPREAD) >>> shift(slots);
    while ((slots[slot] & mask) != position + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /**
   * Empties a slot and moves up those behind it that would no longer be found: deletion without
   * tombstones (Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
   */
  static void unlink(int[] slots, int slot, KeyTable keys) {
    int mask = slots.length - 1;
    int shift = shift(slots);
    int hole = slot;
    int next = slot;
    while (true) {
      next = (next + 1) & mask;
      if (slots[next] == 0) {
        break;
      }
      int home = (keys.hash((slots[next] & mask) - 1) * SPREAD) >>> shift;
      // Stays if its home lies cyclically in (hole, next].
      if (((next - home) & mask) < ((next - hole) & mask)) {
        continue;
      }
      slots[hole] = slots[next];
      hole = next;
    }
    slots[hole] = 0;
  }
}
