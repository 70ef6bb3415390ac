package io.millrace.internal.pipeline;

import java.util.Arrays;

/**
 * Template of the {@link KeyIndex}: open addressing with linear probing over positions, at most
 * half full. The layout is that of compact dictionaries as in Python 3.6 and PyPy: a sparse array
 * of ints over dense arrays of keys and hashes, so that growing moves ints alone, iteration is a
 * dense scan and the order is that of arrival. Unlike there, the bits of a slot that a position
 * does not need hold a part of the hash, which decides nearly all collisions without another array.
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
  private int size;

  OpenKeyIndex() {}

  @Override
  public int locate(Object key, int hash) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int slot = (hash * SPREAD) >>> shift;
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
    }
    return insert(key, hash, slot);
  }

  // The body of locate once more, on purpose: as a call it would not be inlined once it has been
  // compiled by itself, and the loop is what lets the look-ups of several keys overlap.
  @Override
  public void locateAll(Object[] added, int[] addedHashes, int from, int count, int[] positions) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      Object key = added[from + i];
      int hash = addedHashes[from + i];
      int tag = hash & ~mask;
      int slot = (hash * SPREAD) >>> shift;
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
      }
      if (found < 0) {
        found = insert(key, hash, slot);
        slots = this.slots;
        mask = slots.length - 1;
      }
      positions[i] = found;
    }
  }

  private int insert(Object key, int hash, int freeSlot) {
    int position = size++;
    if (position == keys.length) {
      grow();
      keys[position] = key;
      hashes[position] = hash;
      link(position);
    } else {
      keys[position] = key;
      hashes[position] = hash;
      slots[freeSlot] = (hash & -slots.length) | (position + 1);
    }
    return ~position;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, keys.length);
    keys = Arrays.copyOf(keys, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    slots = new int[Math.multiplyExact(2, capacity)];
    shift = 32 - Integer.numberOfTrailingZeros(slots.length);
    for (int position = 0; position < capacity / 2; position++) {
      link(position);
    }
  }

  private void link(int position) {
    int mask = slots.length - 1;
    int slot = (hashes[position] * SPREAD) >>> shift;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = (hashes[position] & ~mask) | (position + 1);
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
