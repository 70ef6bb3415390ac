package io.millrace.internal.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the keys that one step touched were before it, each once. Undoes the step when it is
 * abandoned; afterwards it is the difference between two {@link Version}s, kept for as long as
 * somebody may read the older one.
 */
final class Undo {

  private static final int MIN_CAPACITY = 16;

  private int[] positions;
  private int[] marks;
  private ValueColumn values;
  private @Nullable Key @Nullable [] removedKeys;
  private int size;

  Undo(int capacity, ValueColumn like) {
    this.positions = new int[Math.max(MIN_CAPACITY, capacity)];
    this.marks = new int[positions.length];
    this.values = like.newColumn(positions.length);
  }

  /** Remembers a position with its value. */
  void add(int position, int mark, ValueColumn from) {
    add(position, mark);
    values.copy(from, position, size - 1);
  }

  /** Remembers a position without value. */
  void add(int position, int mark) {
    if (size == positions.length) {
      grow(Math.multiplyExact(2, size));
    }
    positions[size] = position;
    marks[size++] = mark;
  }

  private void grow(int capacity) {
    values.grow(capacity);
    marks = Arrays.copyOf(marks, capacity);
    positions = Arrays.copyOf(positions, capacity);
  }

  int size() {
    return size;
  }

  int position(int entry) {
    return positions[entry];
  }

  /** Copies the positions of the entries {@code [from, to)}. */
  void positions(int from, int to, int[] into) {
    System.arraycopy(positions, from, into, 0, to - from);
  }

  int mark(int entry) {
    return marks[entry];
  }

  ValueColumn values() {
    return values;
  }

  void holdObjects() {
    values = values.toObjects();
  }

  /** Remembers the key of an entry whose position another key may be given from now on. */
  void setRemovedKey(int entry, Object key) {
    if (removedKeys == null) {
      removedKeys = new @Nullable Key[positions.length];
    }
    removedKeys[entry] = new Key(key);
  }

  /** The key of an entry that the step removed, or null if it did not. */
  @Nullable Key removedKey(int entry) {
    return removedKeys == null ? null : removedKeys[entry];
  }

  /** A key, which may be null. */
  record Key(Object key) {}
}
