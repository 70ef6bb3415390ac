package io.millrace.internal.pipeline;

import io.millrace.function.Function2;
import java.util.Arrays;

/**
 * Template of the {@link ReduceColumn} of {@link Long}s, kept unboxed: nothing is allocated for a
 * value that is reduced, and nothing is chased to read it.
 */
final class LongReduceColumn implements ReduceColumn {

  private final Function2<Object, Object, ?> function;
  private long[] values;

  @SuppressWarnings("unchecked")
  LongReduceColumn(Object function, Object values) {
    this.function = (Function2<Object, Object, ?>) function;
    this.values = (long[]) values;
  }

  @Override
  public int reduce(int[] positions, Object[] added, int from, int count, Misfit misfit)
      throws Exception {
    long[] values = this.values;
    for (int i = 0; i < count; i++) {
      if (!(added[from + i] instanceof Long value)) {
        return i;
      }
      int position = positions[i];
      if (position < 0) {
        values[~position] = value;
      } else {
        Object result = function.call(FreshBox.of(values[position]), value);
        if (!(result instanceof Long fitting)) {
          misfit.set(position, result);
          return i + 1;
        }
        values[position] = fitting;
      }
    }
    return count;
  }

  @Override
  public void grow(int capacity) {
    if (capacity > values.length) {
      values = Arrays.copyOf(values, capacity);
    }
  }

  @Override
  public long bytes(int size, Overflow overflow, int maxSamples) {
    return (long) BOX_BYTES * size;
  }

  @Override
  public Object[] toObjects(int size) {
    Object[] objects = new Object[values.length];
    for (int i = 0; i < size; i++) {
      objects[i] = values[i];
    }
    return objects;
  }
}
