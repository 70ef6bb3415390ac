package io.millrace.internal.pipeline;

import java.util.Arrays;
import java.util.List;

/** A growing array of records. Not safe for concurrent use. */
public final class Rows {

  private static final int INITIAL_CAPACITY = 16;
  private static final Object[] NONE = {};

  /**
   * Shared while empty: an exchange makes rows for each pair of partitions, many of them unused.
   */
  private Object[] elements = NONE;

  private int size;

  /** Appends a record. */
  public void add(Object record) {
    if (size == elements.length) {
      elements = Arrays.copyOf(elements, grown(size));
    }
    elements[size++] = record;
  }

  private static int grown(int size) {
    if (size == 0) {
      return INITIAL_CAPACITY;
    }
    if (size == Integer.MAX_VALUE - 8) {
      throw new OutOfMemoryError("one partition holds more than " + size + " records");
    }
    return (int) Math.min(Integer.MAX_VALUE - 8L, 2L * size);
  }

  public int size() {
    return size;
  }

  /** The array itself; its first {@link #size()} elements are the records. */
  public Object[] elements() {
    return elements;
  }

  /** A fixed-size list view of the records, not a copy. */
  public List<Object> asList() {
    return Arrays.asList(elements.length == size ? elements : Arrays.copyOf(elements, size));
  }
}
