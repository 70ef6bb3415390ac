package io.millrace.internal.state;

import java.util.Arrays;

/** A growing list of positions. */
final class Positions {

  private int[] positions = new int[Growth.INITIAL];
  private int size;

  void add(int position) {
    if (size == positions.length) {
      positions = Arrays.copyOf(positions, Growth.next(size));
    }
    positions[size++] = position;
  }

  int get(int index) {
    return positions[index];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }
}
