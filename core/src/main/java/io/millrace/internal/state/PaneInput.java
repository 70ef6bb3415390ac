package io.millrace.internal.state;

import io.millrace.spi.plan.RecordReader;
import java.util.Arrays;

/** The keys of a pane with their values, each key once, on their way into a window. */
final class PaneInput {

  private Object[] keys = new Object[Growth.INITIAL];
  private int[] hashes = new int[Growth.INITIAL];
  private Object[] values = new Object[Growth.INITIAL];
  private int size;

  /** Reads all pairs. */
  static PaneInput of(RecordReader<?> pairs, StatePartition.Poll poll) throws Exception {
    PaneInput input = new PaneInput();
    Chunk chunk = new Chunk();
    for (int count = chunk.read(pairs); count >= 0; count = chunk.read(pairs)) {
      input.reserve(count);
      System.arraycopy(chunk.keys, 0, input.keys, input.size, count);
      System.arraycopy(chunk.hashes, 0, input.hashes, input.size, count);
      System.arraycopy(chunk.values, 0, input.values, input.size, count);
      input.size += count;
      poll.poll();
    }
    return input;
  }

  /** All entries of a store. */
  static PaneInput of(Entries entries) {
    PaneInput input = new PaneInput();
    input.reserve(entries.size());
    for (int i = 0; i < entries.bound(); i++) {
      if (entries.isPresent(i)) {
        input.keys[input.size] = entries.key(i);
        input.hashes[input.size] = entries.hash(i);
        input.values[input.size++] = entries.value(i);
      }
    }
    return input;
  }

  private void reserve(int more) {
    int needed = Math.addExact(size, more);
    if (needed > keys.length) {
      int capacity = Math.max(needed, Growth.next(keys.length));
      keys = Arrays.copyOf(keys, capacity);
      hashes = Arrays.copyOf(hashes, capacity);
      values = Arrays.copyOf(values, capacity);
    }
  }

  /** The keys as they are taken in from a file. */
  Cells cells() {
    Cells cells = new Cells(0);
    for (int i = 0; i < size; i++) {
      cells.add(keys[i]);
    }
    return cells;
  }

  Object[] keys() {
    return keys;
  }

  int[] hashes() {
    return hashes;
  }

  Object[] values() {
    return values;
  }

  int size() {
    return size;
  }

  /** A column of the values in the order of {@code order}, or in their own order if it is null. */
  ValueColumn column(boolean asObjects) {
    ValueColumn column = asObjects ? new ObjectValues(size) : new LongValues(size);
    for (int i = 0; i < size; i++) {
      if (!column.takes(values[i])) {
        column = column.toObjects();
      }
      column.set(i, values[i]);
    }
    return column;
  }
}
