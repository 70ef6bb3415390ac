package io.millrace.internal.state;

import io.millrace.codec.Column;
import io.millrace.codec.Encoder;
import io.millrace.spi.StableHash;
import java.util.Arrays;

/**
 * Some keys, or some values, on their way between a store and a file: without boxes for as long as
 * all of them are a {@link Long}. Used by one thread.
 */
final class Cells {

  private boolean areLongs = true;
  private long[] longs;
  private Object[] objects = {};
  private int size;

  /** None, with room for as many as the first {@code capacity} if they are longs. */
  Cells(int capacity) {
    this.longs = new long[capacity];
  }

  /** What a column contains, which is not used otherwise any more. */
  static Cells of(Column column) {
    Cells cells = new Cells(0);
    cells.size = column.count();
    cells.areLongs = column.isLongs();
    if (cells.areLongs) {
      cells.longs = column.longs();
    } else {
      cells.objects = column.values();
    }
    return cells;
  }

  int size() {
    return size;
  }

  /** Whether {@link #longs} has them. */
  boolean areLongs() {
    return areLongs;
  }

  /** The first {@link #size} count. Not a copy. */
  long[] longs() {
    return longs;
  }

  Object get(int index) {
    return areLongs ? (Object) longs[index] : objects[index];
  }

  /** All of them as objects; made anew if they are longs. */
  Object[] toObjects() {
    if (!areLongs) {
      return objects;
    }
    Object[] boxes = new Object[size];
    for (int i = 0; i < size; i++) {
      boxes[i] = longs[i];
    }
    return boxes;
  }

  /** The keys' stable hashes. */
  int[] hashes() {
    int[] hashes = new int[size];
    for (int i = 0; i < size; i++) {
      hashes[i] = areLongs ? Long.hashCode(longs[i]) : StableHash.of(objects[i]);
    }
    return hashes;
  }

  void add(Object cell) {
    if (areLongs && cell instanceof Long number) {
      add((long) number);
      return;
    }
    holdObjects();
    if (size == objects.length) {
      objects = Arrays.copyOf(objects, Growth.next(size));
    }
    objects[size++] = cell;
  }

  void add(long cell) {
    if (size == longs.length) {
      longs = Arrays.copyOf(longs, Growth.next(size));
    }
    longs[size++] = cell;
  }

  private void holdObjects() {
    if (areLongs) {
      objects = Arrays.copyOf(toObjects(), Math.max(size, longs.length));
      areLongs = false;
    }
  }

  /** Adds {@code source} at each of the first {@code count} positions. */
  void addAll(long[] source, int[] positions, int count) {
    if (!areLongs) {
      for (int i = 0; i < count; i++) {
        add((Object) source[positions[i]]);
      }
      return;
    }
    reserve(count);
    long[] into = longs;
    int at = size;
    for (int i = 0; i < count; i++) {
      into[at + i] = source[positions[i]];
    }
    size = at + count;
  }

  /** Adds {@code source} at each of the first {@code count} positions. */
  void addAll(Object[] source, int[] positions, int count) {
    for (int i = 0; i < count; i++) {
      add(source[positions[i]]);
    }
  }

  /** Adds {@code [from, from + count)} of {@code source}. */
  void addRange(Cells source, int from, int count) {
    if (areLongs && source.areLongs) {
      reserve(count);
      System.arraycopy(source.longs, from, longs, size, count);
      size += count;
      return;
    }
    for (int i = from; i < from + count; i++) {
      add(source.get(i));
    }
  }

  /** Adds the same number again and again. */
  void addRepeated(long cell, int count) {
    reserve(count);
    Arrays.fill(longs, size, size + count, cell);
    size += count;
  }

  private void reserve(int more) {
    if (size + more > longs.length) {
      longs = Arrays.copyOf(longs, Math.max(size + more, Growth.next(longs.length)));
    }
  }

  /** Those at the first {@code count} of {@code indexes}. */
  Cells select(int[] indexes, int count) {
    Cells selected = new Cells(areLongs ? count : 0);
    if (areLongs) {
      selected.addAll(longs, indexes, count);
    } else {
      selected.addAll(objects, indexes, count);
    }
    return selected;
  }

  /** Forgets all, and keeps the room. */
  void clear() {
    if (!areLongs) {
      Arrays.fill(objects, 0, size, null);
    }
    areLongs = true;
    size = 0;
  }

  /** Writes all as one column. */
  void write(Encoder out) {
    if (areLongs) {
      out.writeLongs(longs, size);
    } else {
      out.writeValues(objects, 0, size);
    }
  }
}
