package io.millrace.internal.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Template of the {@link KeyIndex}: open addressing with linear probing over positions, at most
 * half full. The layout is that of compact dictionaries as in Python 3.6 and PyPy: a sparse array
 * of ints over dense arrays of keys and hashes, so that growing moves ints alone, iteration is a
 * dense scan and the order is that of arrival. Unlike there, the bits of a slot that a position
 * does not need hold a part of the hash, which decides nearly all collisions without another array.
 *
 * <p>For as long as all keys are a {@link Long}, their numbers are kept beside them, so that to
 * compare keys touches no objects: these are scattered over all the input, and with thousands of
 * keys each look-up would miss the caches.
 */
final class OpenKeyIndex implements KeyIndex {

  private static final int INITIAL_KEYS = 16;

  /** 2^32 divided by the golden ratio (Knuth's multiplicative hashing), to spread weak hashes. */
  private static final int SPREAD = 0x9E3779B9;

  /**
   * In each slot the position + 1 of its key in the bits of {@code slots.length - 1}, and the key's
   * hash in the bits above; 0 if the slot is free. The length is a power of two.
   */
  private int[] slots = new int[2 * INITIAL_KEYS];

  private int shift = 32 - Integer.numberOfTrailingZeros(slots.length);
  private Object[] keys = new Object[INITIAL_KEYS];
  private int[] hashes = new int[INITIAL_KEYS];

  /** The numbers that the keys are; empty once some key is none. */
  private long[] numbers = new long[INITIAL_KEYS];

  private boolean areNumbers = true;

  /** The keys that found no slot; null as long as there are none. */
  private @Nullable CrowdedKeys crowded;

  private int size;

  OpenKeyIndex() {}

  @Override
  public int locate(Object key, int hash) {
    if (areNumbers) {
      if (key instanceof Long number) {
        return locateNumber(number, key, hash);
      }
      holdObjects();
    }
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int slot = (hash * SPREAD) >>> shift;
    int end = end(slot, mask);
    int tag = hash & ~mask;
    for (int next = slots[slot]; next != 0; next = slots[slot]) {
      if ((next & ~mask) == tag) {
        int position = (next & mask) - 1;
        Object other = keys[position];
        if (other == key || (key != null && key.equals(other))) {
          return position;
        }
      }
      slot = (slot + 1) & mask;
      if (slot == end) {
        slot = -1;
        break;
      }
    }
    int found = crowded == null ? -1 : crowded.find(key);
    return found < 0 ? insert(key, hash, slot) : found;
  }

  /** The slot at which the search for a key that begins at {@code home} is given up. */
  private static int end(int home, int mask) {
    // In a shorter array, the search ends at a free slot before it is back at its home.
    return (home + CrowdedKeys.MAX_PROBES) & mask;
  }

  private int locateNumber(long number, Object key, int hash) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int slot = (hash * SPREAD) >>> shift;
    int end = end(slot, mask);
    int tag = hash & ~mask;
    for (int next = slots[slot]; next != 0; next = slots[slot]) {
      int position = (next & mask) - 1;
      if ((next & ~mask) == tag && numbers[position] == number) {
        return position;
      }
      slot = (slot + 1) & mask;
      if (slot == end) {
        slot = -1;
        break;
      }
    }
    int found = crowded == null ? -1 : crowded.find(key);
    return found < 0 ? insert(number, key, hash, slot) : found;
  }

  private void holdObjects() {
    areNumbers = false;
    numbers = new long[0];
  }

  @Override
  public void locateAll(Object[] added, int[] addedHashes, int from, int count, int[] positions) {
    int located = 0;
    if (areNumbers) {
      located = locateNumbers(added, addedHashes, from, count, positions);
      if (located == count) {
        return;
      }
      holdObjects();
    }
    locateObjects(added, addedHashes, from, located, count, positions);
  }

  // The bodies of both ways to locate once more, on purpose: as a call they would not be inlined
  // once they have been compiled by themselves, and the loop is what lets the look-ups of several
  // keys overlap.

  /** Returns {@code count}, or the index of the first key that is no number. */
  private int locateNumbers(
      Object[] added, int[] addedHashes, int from, int count, int[] positions) {
    int[] slots = this.slots;
    long[] numbers = this.numbers;
    int mask = slots.length - 1;
    int shift = this.shift;
    for (int i = 0; i < count; i++) {
      if (!(added[from + i] instanceof Long key)) {
        return i;
      }
      long number = key;
      int hash = addedHashes[from + i];
      int tag = hash & ~mask;
      int slot = (hash * SPREAD) >>> shift;
      int end = end(slot, mask);
      int found = -1;
      for (int next = slots[slot]; next != 0; next = slots[slot]) {
        int position = (next & mask) - 1;
        if ((next & ~mask) == tag && numbers[position] == number) {
          found = position;
          break;
        }
        slot = (slot + 1) & mask;
        if (slot == end) {
          slot = -1;
          break;
        }
      }
      if (found < 0 && crowded != null) {
        found = crowded.find(key);
      }
      if (found < 0) {
        found = insert(number, key, hash, slot);
        slots = this.slots;
        numbers = this.numbers;
        mask = slots.length - 1;
        shift = this.shift;
      }
      positions[i] = found;
    }
    return count;
  }

  private void locateObjects(
      Object[] added, int[] addedHashes, int from, int first, int count, int[] positions) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    for (int i = first; i < count; i++) {
      Object key = added[from + i];
      int hash = addedHashes[from + i];
      int tag = hash & ~mask;
      int slot = (hash * SPREAD) >>> shift;
      int end = end(slot, mask);
      int found = -1;
      for (int next = slots[slot]; next != 0; next = slots[slot]) {
        if ((next & ~mask) == tag) {
          int position = (next & mask) - 1;
          Object other = keys[position];
          if (other == key || (key != null && key.equals(other))) {
            found = position;
            break;
          }
        }
        slot = (slot + 1) & mask;
        if (slot == end) {
          slot = -1;
          break;
        }
      }
      if (found < 0 && crowded != null) {
        found = crowded.find(key);
      }
      if (found < 0) {
        found = insert(key, hash, slot);
        slots = this.slots;
        mask = slots.length - 1;
      }
      positions[i] = found;
    }
  }

  private int insert(long number, Object key, int hash, int freeSlot) {
    int inserted = insert(key, hash, freeSlot);
    numbers[~inserted] = number;
    return inserted;
  }

  /**
   * @param freeSlot of the key, or -1 if it is crowded out
   */
  private int insert(Object key, int hash, int freeSlot) {
    int position = size;
    boolean grows = position == keys.length;
    if (grows) {
      grow();
    }
    if (freeSlot < 0) {
      crowded().add(key, position);
    }
    size++;
    keys[position] = key;
    hashes[position] = hash;
    if (freeSlot >= 0) {
      if (grows) {
        link(position);
      } else {
        slots[freeSlot] = (hash & -slots.length) | (position + 1);
      }
    }
    return ~position;
  }

  private CrowdedKeys crowded() {
    CrowdedKeys overflow = crowded;
    if (overflow == null) {
      overflow = new CrowdedKeys();
      crowded = overflow;
    }
    return overflow;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, keys.length);
    keys = Arrays.copyOf(keys, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    if (areNumbers) {
      numbers = Arrays.copyOf(numbers, capacity);
    }
    int[] old = slots;
    slots = new int[Math.multiplyExact(2, capacity)];
    shift = 32 - Integer.numberOfTrailingZeros(slots.length);
    if (crowded == null) {
      for (int position = 0; position < capacity / 2; position++) {
        link(position);
      }
    } else {
      for (int slot : old) {
        if (slot != 0) {
          link((slot & (old.length - 1)) - 1);
        }
      }
    }
  }

  private void link(int position) {
    int mask = slots.length - 1;
    int slot = (hashes[position] * SPREAD) >>> shift;
    int end = end(slot, mask);
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
      if (slot == end) {
        crowded().addUnindexed(keys[position], position);
        return;
      }
    }
    slots[slot] = (hashes[position] & ~mask) | (position + 1);
  }

  @Override
  public long bytes(Overflow overflow, int maxSamples) {
    return KeyIndex.super.bytes(overflow, maxSamples) + 8L * numbers.length;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Object[] keys() {
    return keys;
  }

  @Override
  public int[] hashes() {
    return hashes;
  }
}
