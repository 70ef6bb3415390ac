package io.millrace.internal.state;

import io.millrace.internal.serialization.RecordCopier;
import java.util.Arrays;

/** The {@link ValueColumn} that takes everything. */
final class ObjectValues implements ValueColumn {

  private Object[] values;

  ObjectValues(int capacity) {
    this.values = new Object[capacity];
  }

  @Override
  public boolean takes(Object value) {
    return true;
  }

  @Override
  public Object get(int position) {
    return values[position];
  }

  @Override
  public void set(int position, Object value) {
    values[position] = value;
  }

  @Override
  public boolean holds(int position, Object value) {
    return values[position] == value;
  }

  @Override
  public boolean mayBeChanged(int position) {
    return !RecordCopier.isImmutable(values[position]);
  }

  @Override
  public void clear(int position) {
    values[position] = null;
  }

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
    return new ObjectValues(capacity);
  }

  @Override
  public void copy(ValueColumn from, int fromPosition, int position) {
    values[position] = ((ObjectValues) from).values[fromPosition];
  }

  @Override
  public void copyTo(int[] positions, int count, Cells into) {
    into.addAll(values, positions, count);
  }

  @Override
  public boolean trySet(int[] positions, Cells cells) {
    for (int i = 0; i < cells.size(); i++) {
      values[positions[i]] = cells.get(i);
    }
    return true;
  }

  @Override
  public ObjectValues toObjects() {
    return this;
  }

  @Override
  public LongValues toLongs() {
    LongValues longs = new LongValues(values.length);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        longs.set(i, values[i]);
      }
    }
    return longs;
  }

  @Override
  public long bytes() {
    return 4L * values.length;
  }
}
