package io.millrace.internal.state;

import java.util.Arrays;

/** The positions below the bound that no key has, as a stack. */
final class FreePositions {

  private int[] positions = new int[8];
  private int size;

  void push(int position) {
    if (size == positions.length) {
      positions = Arrays.copyOf(positions, 2 * size);
    }
    positions[size++] = position;
  }

  /** The position freed last, or -1. */
  int pop() {
    return size == 0 ? -1 : positions[--size];
  }

  /** The position that {@link #pop} would give, or {@code otherwise} if there is none. */
  int peek(int otherwise) {
    return size == 0 ? otherwise : positions[size - 1];
  }

  int size() {
    return size;
  }

  int capacity() {
    return positions.length;
  }

  /** Forgets the positions that are not below {@code bound}, and gives room back. */
  void shrinkTo(int bound, int capacity) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (positions[i] < bound) {
        positions[kept++] = positions[i];
      }
    }
    size = kept;
    if (positions.length > capacity) {
      positions = Arrays.copyOf(positions, capacity);
    }
  }

  long bytes() {
    return 4L * positions.length;
  }
}
