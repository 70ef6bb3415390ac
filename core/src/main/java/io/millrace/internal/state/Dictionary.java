package io.millrace.internal.state;

import java.util.function.Function;

/** A {@link KeyTable} that starts with whole numbers, and takes everything once it has to. */
final class Dictionary {

  private final Function<Object, KeyTable> newTable;
  private KeyTable table;
  private KeyTable.Extent begun;
  private boolean hadKeyObjects;

  /**
   * @param newTable makes a table that takes every key, with the keys and positions of a given one
   */
  Dictionary(Function<Object, KeyTable> newTable) {
    this(newTable, Growth.INITIAL);
  }

  /**
   * @param capacity whole numbers that there is room for from the beginning, at least 1
   */
  Dictionary(Function<Object, KeyTable> newTable, int capacity) {
    this.newTable = newTable;
    this.table = new LongKeyTable(capacity);
    this.begun = table.extent();
  }

  /** Begins a step, whose keys are all removed again if it is to be undone. */
  void begin() {
    begun = table.extent();
    hadKeyObjects = hasKeyObjects();
  }

  /** Gives back what the step has grown by, after its keys have been removed. */
  void rollBack() {
    table.shrinkTo(begun);
    if (hasKeyObjects() && !hadKeyObjects) {
      table = new LongKeyTable(table);
    }
  }

  /**
   * The positions of {@code count} keys, in order; {@code ~position} for a key that has just been
   * given one. If the {@code equals} of a key throws, none of them has.
   */
  void locate(Object[] keys, int[] hashes, int count, int[] positions) {
    int done = table.locateAll(keys, hashes, 0, count, positions);
    if (done < count) {
      try {
        table = newTable.apply(table);
        table.locateAll(keys, hashes, done, count, positions);
      } catch (Throwable e) {
        removeAdded(positions, 0, done);
        throw e;
      }
    }
  }

  /** Removes those of the keys {@code [from, to)} that {@link #locate} has just added. */
  void removeAdded(int[] positions, int from, int to) {
    table.removeAdded(positions, from, to);
  }

  /** The positions of keys, as for {@link #locate(Object[], int[], int, int[])}. */
  void locate(Cells located, int[] positions) {
    if (located.areLongs()) {
      table.locateLongs(located.longs(), located.size(), positions);
    } else {
      locate(located.toObjects(), located.hashes(), located.size(), positions);
    }
  }

  /** The keys at the first {@code count} positions, all of them in use. */
  Cells keys(int[] positions, int count) {
    Cells cells = new Cells(count);
    table.copyKeys(positions, count, cells);
    return cells;
  }

  Object key(int position) {
    return table.key(position);
  }

  int hash(int position) {
    return table.hash(position);
  }

  void remove(int position) {
    table.remove(position);
  }

  int size() {
    return table.size();
  }

  /** All positions in use are less than this. */
  int bound() {
    return table.bound();
  }

  boolean hasKeyObjects() {
    return !(table instanceof LongKeyTable);
  }

  /** Bytes of the table itself, without objects that it refers to. */
  long bytes() {
    return table.bytes();
  }
}
