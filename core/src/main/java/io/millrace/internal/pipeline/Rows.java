package io.millrace.internal.pipeline;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A growing array of records. Not safe for concurrent use. */
public final class Rows {

  private static final int INITIAL_CAPACITY = 16;
  private static final Object[] NONE = {};

  /**
   * Shared while empty: an exchange makes rows for each pair of partitions, many of them unused.
   */
  private Object[] elements = NONE;

  private int size;

  /** The size at which to stop and think: the array is full, or it is time to tell the watch. */
  private int limit;

  private final @Nullable WatchedRows watch;
  private int toldSize;

  public Rows() {
    this(null);
  }

  /**
   * @param watch is told now and then how many records were added; may empty the rows
   */
  Rows(@Nullable WatchedRows watch) {
    this.watch = watch;
  }

  /** Appends a record. */
  public void add(Object record) {
    if (size == limit) {
      makeRoom();
    }
    elements[size++] = record;
  }

  private void makeRoom() {
    if (watch != null) {
      tell(watch);
    }
    if (size == elements.length) {
      elements = Arrays.copyOf(elements, grown(size));
    }
    limit = watch == null ? elements.length : Math.min(elements.length, size + watch.step());
  }

  private void tell(WatchedRows watch) {
    int added = size - toldSize;
    toldSize = size;
    try {
      watch.added(added);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ReaderIterator.ReadFailure(e);
    }
  }

  void clear() {
    elements = NONE;
    size = 0;
    limit = 0;
    toldSize = 0;
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
