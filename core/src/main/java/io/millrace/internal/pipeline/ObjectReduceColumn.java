package io.millrace.internal.pipeline;

import io.millrace.function.Function2;
import java.util.Arrays;

/** Template of the {@link ReduceColumn} that takes everything. */
final class ObjectReduceColumn implements ReduceColumn {

  private final Function2<Object, Object, ?> function;
  private Object[] values;

  @SuppressWarnings("unchecked")
  ObjectReduceColumn(Object function, Object values) {
    this.function = (Function2<Object, Object, ?>) function;
    this.values = (Object[]) values;
  }

  @Override
  public int reduce(int[] positions, Object[] added, int from, int count, Misfit misfit)
      throws Exception {
    Object[] values = this.values;
    for (int i = 0; i < count; i++) {
      int position = positions[i];
      if (position >= 0) {
        values[position] = function.call(values[position], added[from + i]);
      } else {
        values[~position] = added[from + i];
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
    return overflow.sizeOf(values, size, maxSamples);
  }

  @Override
  public Object[] toObjects(int size) {
    return values;
  }
}
