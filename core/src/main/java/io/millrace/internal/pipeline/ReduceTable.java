package io.millrace.internal.pipeline;

import io.millrace.function.Function2;
import io.millrace.spi.plan.Combiner;
import java.util.Arrays;

/** Template of the table for {@link Combiner.Reduce}. */
final class ReduceTable implements KeyedTable {

  private final Function2<Object, Object, ?> function;
  private final KeyIndex index;
  private Object[] values;

  @SuppressWarnings("unchecked")
  ReduceTable(Combiner combiner, KeyIndex index) {
    this.function = (Function2<Object, Object, ?>) ((Combiner.Reduce) combiner).function();
    this.index = index;
    this.values = new Object[16];
  }

  @Override
  public void add(Object key, int hash, Object value) throws Exception {
    int position = index.locate(key, hash);
    if (position >= 0) {
      values[position] = function.call(values[position], value);
    } else {
      put(~position, value);
    }
  }

  private void put(int position, Object value) {
    if (position == values.length) {
      values = Arrays.copyOf(values, 2 * position);
    }
    values[position] = value;
  }

  @Override
  public void addCombined(KeyedBlock block) throws Exception {
    Object[] keys = block.keys();
    int[] hashes = block.hashes();
    Object[] added = block.values();
    for (int i = 0; i < block.size(); i++) {
      add(keys[i], hashes[i], added[i]);
    }
  }

  @Override
  public KeyedBlock toBlock() {
    return new KeyedBlock(index.keys(), index.hashes(), values, index.size());
  }
}
