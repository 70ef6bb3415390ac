package io.millrace.internal.state;

import io.millrace.internal.pipeline.CrowdedKeys;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The {@link KeyTable} of {@link Long} keys, kept unboxed: 8 bytes each and 8 to 16 of slots.
 *
 * <p>Many keys are located in three passes: the first slot of each is read, then the key that it
 * names, and only the keys that are not there are probed for, one by one. With millions of keys
 * each of these reads misses the caches, and in a pass without mispredicted branches the misses
 * overlap: group prefetching, after Chen, Ailamaki, Gibbons and Mowry, "Improving Hash Join
 * Performance through Prefetching" (2004), with reads in place of prefetches.
 */
final class LongKeyTable implements KeyTable {

  /** Keys of a pass, as few as stay in the nearest cache with what was read for them. */
  private static final int AT_ONCE = 512;

  private int[] slots;
  private long[] keys;
  private final FreePositions free;
  private @Nullable CrowdedKeys crowded;
  private int bound;

  /** With room for some keys before it has to grow. */
  LongKeyTable(int capacity) {
    this.slots = new int[Integer.highestOneBit(2 * capacity - 1) << 1];
    this.keys = new long[capacity];
    this.free = new FreePositions();
  }

  /**
   * @param before a table whose keys are whole numbers, and keep their positions in this one
   */
  LongKeyTable(KeyTable before) {
    this.free = before.free();
    this.bound = before.bound();
    this.slots = before.slots();
    this.crowded = before.crowdedOrNull();
    this.keys = new long[before.extent().capacity()];
    for (int slot : slots) {
      if (slot != 0) {
        int position = (slot & (slots.length - 1)) - 1;
        keys[position] = (Long) before.key(position);
      }
    }
    if (crowded != null) {
      for (int position : crowded.positions()) {
        keys[position] = (Long) before.key(position);
      }
    }
  }

  @Override
  public int locateAll(Object[] added, int[] hashes, int from, int to, int[] positions) {
    int[] slots = this.slots;
    long[] keys = this.keys;
    int mask = slots.length - 1;
    int shift = Slots.shift(slots);
    for (int i = from; i < to; i++) {
      positions[i] = slots[(hashes[i] * Slots.SPREAD) >>> shift];
    }
    int end = from;
    for (; end < to && added[end] instanceof Long key; end++) {
      positions[end] = first(positions[end], hashes[end], key, keys, mask);
    }
    int i = from;
    try {
      for (; i < end; i++) {
        if (positions[i] < 0) {
          positions[i] = locate((Long) added[i], hashes[i]);
        }
      }
    } catch (Throwable e) {
      removeAdded(positions, from, i);
      throw e;
    }
    return end;
  }

  @Override
  public void locateLongs(long[] located, int count, int[] positions) {
    for (int from = 0; from < count; from += AT_ONCE) {
      locateLongs(located, from, Math.min(count, from + AT_ONCE), positions);
    }
  }

  private void locateLongs(long[] located, int from, int to, int[] positions) {
    int[] slots = this.slots;
    long[] keys = this.keys;
    int mask = slots.length - 1;
    int shift = Slots.shift(slots);
    for (int i = from; i < to; i++) {
      positions[i] = slots[(Long.hashCode(located[i]) * Slots.SPREAD) >>> shift];
    }
    for (int i = from; i < to; i++) {
      positions[i] = first(positions[i], Long.hashCode(located[i]), located[i], keys, mask);
    }
    for (int i = from; i < to; i++) {
      if (positions[i] < 0) {
        positions[i] = locate(located[i], Long.hashCode(located[i]));
      }
    }
  }

  /** The position in the first slot that was looked at, or -1 if that is not the key's. */
  private static int first(int slot, int hash, long key, long[] keys, int mask) {
    int position = (slot & mask) - 1;
    boolean isFound = slot != 0 && ((slot ^ hash) & ~mask) == 0 && keys[position] == key;
    return isFound ? position : -1;
  }

  private int locate(long key, int hash) {
    int[] slots = this.slots;
    int mask = slots.length - 1;
    int tag = hash & ~mask;
    int slot = (hash * Slots.SPREAD) >>> Slots.shift(slots);
    int end = Slots.end(slot, mask);
    for (int next = slots[slot]; next != 0; next = slots[slot]) {
      if ((next & ~mask) == tag && keys[(next & mask) - 1] == key) {
        return (next & mask) - 1;
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

  @Override
  public void copyKeys(int[] positions, int count, Cells into) {
    into.addAll(keys, positions, count);
  }

  /**
   * Gives a key a position. What may throw comes before what changes.
   *
   * @param freeSlot of the key, or -1 if it is crowded out
   */
  private int insert(long key, int hash, int freeSlot) {
    int position = free.peek(bound);
    if (position == keys.length) {
      keys = Arrays.copyOf(keys, Growth.next(keys.length));
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
    if (freeSlot >= 0 && !grows) {
      slots[freeSlot] = Slots.slot(hash, position, slots.length);
    } else if (freeSlot >= 0 && !Slots.link(slots, hash, position)) {
      crowded().addUnindexed(key, position);
    }
    return ~position;
  }

  @Override
  public Object key(int position) {
    return keys[position];
  }

  @Override
  public int hash(int position) {
    return Long.hashCode(keys[position]);
  }

  @Override
  public void remove(int position) {
    free.push(position);
    CrowdedKeys overflow = crowded;
    if (overflow == null || !overflow.remove(position)) {
      Slots.unlink(slots, Slots.find(slots, hash(position), position), this);
    } else if (overflow.isEmpty()) {
      crowded = null;
    }
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
    }
  }
}
