package io.millrace.internal.state;

import io.millrace.internal.pipeline.CrowdedKeys;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Template of the {@link KeyTable} that takes every key. */
final class ObjectKeyTable implements KeyTable {

  private int[] slots = new int[2 * Growth.INITIAL];
  private Object[] keys = new Object[Growth.INITIAL];
  private int[] hashes = new int[Growth.INITIAL];
  private final FreePositions free;
  private @Nullable CrowdedKeys crowded;
  private int bound;

  /**
   * @param before a table whose keys keep their positions in this one, or null to begin empty
   */
  ObjectKeyTable(@Nullable Object before) {
    if (before instanceof LongKeyTable table) {
      this.free = table.free();
      this.bound = table.bound();
      this.slots = table.slots();
      this.crowded = table.crowdedOrNull();
      this.keys = new Object[Growth.next(bound)];
      this.hashes = new int[keys.length];
      for (int slot : slots) {
        if (slot != 0) {
          take(table, (slot & (slots.length - 1)) - 1);
        }
      }
      if (crowded != null) {
        for (int position : crowded.positions()) {
          take(table, position);
        }
      }
    } else {
      this.free = new FreePositions();
    }
  }

  private void take(LongKeyTable table, int position) {
    keys[position] = table.key(position);
    hashes[position] = table.hash(position);
  }

  @Override
  public int locateAll(Object[] added, int[] addedHashes, int from, int to, int[] positions) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int shift = Slots.shift(slots);
    int i = from;
    try {
      for (; i < to; i++) {
        Object key = added[i];
        int hash = addedHashes[i];
        int tag = hash & ~mask;
        int slot = (hash * Slots.SPREAD) >>> shift;
        int end = Slots.end(slot, mask);
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
        if (found < 0) {
          found = crowded == null ? insert(key, hash, slot) : locateCrowded(key, hash, slot);
          slots = this.slots;
          mask = slots.length - 1;
          shift = Slots.shift(slots);
        }
        positions[i] = found;
      }
    } catch (Throwable e) {
      removeAdded(positions, from, i);
      throw e;
    }
    return to;
  }

  private int locateCrowded(Object key, int hash, int freeSlot) {
    int position = crowded().find(key);
    return position < 0 ? insert(key, hash, freeSlot) : position;
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

  /**
   * Gives a key a position. What may throw comes before what changes.
   *
   * @param freeSlot of the key, or -1 if it is crowded out
   */
  private int insert(Object key, int hash, int freeSlot) {
    int position = free.peek(bound);
    if (position == keys.length) {
      growKeys();
    }
    boolean grows = 2 * (size() + 1) > slots.length;
    if (grows) {
      slots = Slots.resized(slots, Math.multiplyExact(2, slots.length), this);
    }
    if (freeSlot < 0) {
      crowded().add(key, position);
    }
    if (free.pop() < 0) {
      bound++;
    }
    keys[position] = key;
    hashes[position] = hash;
    if (freeSlot >= 0 && !grows) {
      slots[freeSlot] = Slots.slot(hash, position, slots.length);
    } else if (freeSlot >= 0 && !Slots.link(slots, hash, position)) {
      crowded().addUnindexed(key, position);
    }
    return ~position;
  }

  private void growKeys() {
    int capacity = Growth.next(keys.length);
    int[] grownHashes = Arrays.copyOf(hashes, capacity);
    keys = Arrays.copyOf(keys, capacity);
    hashes = grownHashes;
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
    free.push(position);
    CrowdedKeys overflow = crowded;
    if (overflow == null || !overflow.remove(position)) {
      Slots.unlink(slots, Slots.find(slots, hashes[position], position), this);
    } else if (overflow.isEmpty()) {
      crowded = null;
    }
    keys[position] = null;
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
  public CrowdedKeys crowded() {
    CrowdedKeys overflow = crowded;
    if (overflow == null) {
      overflow = new CrowdedKeys();
      crowded = overflow;
    }
    return overflow;
  }

  @Override
  public @Nullable CrowdedKeys crowdedOrNull() {
    return crowded;
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
    if (slots.length > before.numSlots()) {
      slots = Slots.resized(slots, before.numSlots(), this);
    }
    if (keys.length > before.capacity()) {
      keys = Arrays.copyOf(keys, before.capacity());
      hashes = Arrays.copyOf(hashes, before.capacity());
    }
  }
}
