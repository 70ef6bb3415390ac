package io.millrace.internal.state;

import io.millrace.internal.pipeline.FreshBox;
import java.util.Arrays;

/** The {@link ValueColumn} of {@link Long}s, kept unboxed. */
final class LongValues implements ValueColumn {

  private long[] values;

  LongValues(int capacity) {
    this.values = new long[capacity];
  }

  @Override
  public boolean takes(Object value) {
    return value instanceof Long;
  }

  @Override
  public Object get(int position) {
    return FreshBox.of(values[position]);
  }

  @Override
  public void set(int position, Object value) {
    values[position] = (Long) value;
  }

  @Override
  public boolean holds(int position, Object value) {
    return value instanceof Long number && number == values[position];
  }

  @Override
  public boolean mayBeChanged(int position) {
    return false;
  }

  @Override
  public void clear(int position) {}

  @Override
  public void grow(int capacity) {
    if (capacity > values.length) {
      values = Arrays.copyOf(values, capacity);
    }
  }

  @Override
  public void shrink(int capacity) {
    if (capacity < values.length) {
      values = Arrays.copyOf(values, capacity);
    }
  }

  @Override
  public int capacity() {
    return values.length;
  }

  @Override
  public ValueColumn newColumn(int capacity) {
    return new LongValues(capacity);
  }

  @Override
  public void copy(ValueColumn from, int fromPosition, int position) {
    values[position] = ((LongValues) from).values[fromPosition];
  }

  @Override
  public void copyTo(int[] positions, int count, Cells into) {
    into.addAll(values, positions, count);
  }

  @Override
  public boolean trySet(int[] positions, Cells cells) {
    if (!cells.areLongs()) {
      return false;
    }
    long[] longs = cells.longs();
    for (int i = 0; i < cells.size(); i++) {
      values[positions[i]] = longs[i];
    }
    return true;
  }

  @Override
  public ObjectValues toObjects() {
    ObjectValues objects = new ObjectValues(values.length);
    for (int i = 0; i < values.length; i++) {
      objects.set(i, values[i]);
    }
    return objects;
  }

  @Override
  public LongValues toLongs() {
    return this;
  }

  @Override
  public long bytes() {
    return 8L * values.length;
  }
}
