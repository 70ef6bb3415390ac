package io.millrace.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Template of the {@link KeyTable} that takes every key. */
final class ObjectKeyTable implements KeyTable {

  private int[] slots = new int[2 * Growth.INITIAL];
  private Object[] keys = new Object[Growth.INITIAL];
  private int[] hashes = new int[Growth.INITIAL];
  private final FreePositions free;
  private int bound;

  /**
   * @param before a table whose keys keep their positions in this one, or null to begin empty
   */
  ObjectKeyTable(@Nullable Object before) {
    if (before instanceof LongKeyTable table) {
      this.free = table.free();
      this.bound = table.bound();
      this.slots = table.slots();
      this.keys = new Object[Growth.next(bound)];
      this.hashes = new int[keys.length];
      for (int slot : slots) {
        if (slot != 0) {
          int position = (slot & (slots.length - 1)) - 1;
          keys[position] = table.key(position);
          hashes[position] = table.hash(position);
        }
      }
    } else {
      this.free = new FreePositions();
    }
  }

  @Override
  public int locateAll(Object[] added, int[] addedHashes, int from, int to, int[] positions) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int shift = Slots.shift(slots);
    for (int i = from; i < to; i++) {
      Object key = added[i];
      int hash = addedHashes[i];
      int tag = hash & ~mask;
      int slot = (hash * Slots.SPREAD) >>> shift;
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
        shift = Slots.shift(slots);
      }
      positions[i] = found;
    }
    return to;
  }

  @Override
  public void locateLongs(long[] located, int count, int[] positions) {
    Object[] boxes = new Object[count];
    int[] boxHashes = new int[count];
    for (int i = 0; i < count; i++) {
      boxes[i] = located[i];
      boxHashes[i] = Long.hashCode(located[i]);
    }
    locateAll(boxes, boxHashes, 0, count, positions);
  }

  @Override
  public void copyKeys(int[] positions, int count, Cells into) {
    into.addAll(keys, positions, count);
  }

  private int insert(Object key, int hash, int freeSlot) {
    int position = free.pop();
    if (position < 0) {
      position = bound++;
      if (position == keys.length) {
        int capacity = Growth.next(keys.length);
        keys = Arrays.copyOf(keys, capacity);
        hashes = Arrays.copyOf(hashes, capacity);
      }
    }
    keys[position] = key;
    hashes[position] = hash;
    if (2 * size() > slots.length) {
      grow(position);
    } else {
      slots[freeSlot] = Slots.slot(hash, position, slots.length);
    }
    return ~position;
  }

  /** Doubles the slots; those in use are found in the old ones, since positions have holes. */
  private void grow(int added) {
    int[] old = slots;
    int mask = old.length - 1;
    slots = new int[Math.multiplyExact(2, old.length)];
    for (int slot : old) {
      if (slot != 0) {
        int position = (slot & mask) - 1;
        Slots.link(slots, hashes[position], position);
      }
    }
    Slots.link(slots, hashes[added], added);
  }

  @Override
  public Object key(int position) {
    return keys[position];
  }

  @Override
  public int hash(int position) {
    return hashes[position];
  }

  @Override
  public void remove(int position) {
    Slots.unlink(slots, Slots.find(slots, hashes[position], position), this);
    keys[position] = null;
    free.push(position);
  }

  @Override
  public int size() {
    return bound - free.size();
  }

  @Override
  public int bound() {
    return bound;
  }

  @Override
  public long bytes() {
    return 8L * keys.length + 4L * slots.length + free.bytes();
  }

  @Override
  public FreePositions free() {
    return free;
  }

  @Override
  public int[] slots() {
    return slots;
  }

  @Override
  public Extent extent() {
    return new Extent(bound, keys.length, slots.length, free.capacity());
  }

  @Override
  public void shrinkTo(Extent before) {
    bound = before.bound();
    free.shrinkTo(bound, before.freeCapacity());
    slots = Slots.shrunk(slots, before.numSlots(), this);
    if (keys.length > before.capacity()) {
      keys = Arrays.copyOf(keys, before.capacity());
      hashes = Arrays.copyOf(hashes, before.capacity());
    }
  }
}
