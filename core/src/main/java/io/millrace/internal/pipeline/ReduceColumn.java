package io.millrace.internal.pipeline;

/** The reduced values of a {@link ReduceTable}, by position of their key. */
interface ReduceColumn {

  /** A boxed number, and the reference to it. */
  int BOX_BYTES = 20;

  /**
   * Reduces values into the column, in order: value {@code added[from + i]} belongs to the key at
   * {@code positions[i]}, or is the first of the key at {@code ~positions[i]}.
   *
   * @return how many were taken; fewer than {@code count} if the next value, or what the function
   *     made of it, does not fit the column. The function is not called again then: its result is
   *     in {@code misfit}, and the value counts as taken
   */
  int reduce(int[] positions, Object[] added, int from, int count, Misfit misfit) throws Exception;

  /** Makes room for {@code capacity} keys. */
  void grow(int capacity);

  /** What the values of the first {@code size} keys take once they are objects, by estimate. */
  long bytes(int size, Overflow overflow, int maxSamples);

  /** The values of the first {@code size} keys as objects, in an array of at least that length. */
  Object[] toObjects(int size);

  /** A result that a column could not take. */
  final class Misfit {

    /** Position of its key, or -1 if there is none. */
    int position = -1;

    Object value = "";

    void set(int position, Object value) {
      this.position = position;
      this.value = value;
    }
  }
}
