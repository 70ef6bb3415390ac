package io.millrace.internal.pipeline;

import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.spi.plan.Combiner;
import java.util.Arrays;

/** Template of the table for {@link Combiner.Aggregate}. */
final class AggregateTable implements KeyedTable {

  private final Function<Object, ?> createCombiner;
  private final Function2<Object, Object, ?> mergeValue;
  private final Function2<Object, Object, ?> mergeCombiners;
  private final KeyIndex index;
  private Object[] combined;

  @SuppressWarnings("unchecked")
  AggregateTable(Combiner combiner, KeyIndex index) {
    Combiner.Aggregate aggregate = (Combiner.Aggregate) combiner;
    this.createCombiner = (Function<Object, ?>) aggregate.createCombiner();
    this.mergeValue = (Function2<Object, Object, ?>) aggregate.mergeValue();
    this.mergeCombiners = (Function2<Object, Object, ?>) aggregate.mergeCombiners();
    this.index = index;
    this.combined = new Object[16];
  }

  @Override
  public void add(Object key, int hash, Object value) throws Exception {
    int position = index.locate(key, hash);
    if (position >= 0) {
      combined[position] = mergeValue.call(combined[position], value);
    } else {
      put(~position, createCombiner.call(value));
    }
  }

  private void put(int position, Object value) {
    if (position == combined.length) {
      combined = Arrays.copyOf(combined, 2 * position);
    }
    combined[position] = value;
  }

  @Override
  public void addCombined(KeyedBlock block) throws Exception {
    for (int i = 0; i < block.size(); i++) {
      int position = index.locate(block.keys()[i], block.hashes()[i]);
      if (position >= 0) {
        combined[position] = mergeCombiners.call(combined[position], block.values()[i]);
      } else {
        put(~position, block.values()[i]);
      }
    }
  }

  @Override
  public KeyedBlock toBlock() {
    return new KeyedBlock(index.keys(), index.hashes(), combined, index.size());
  }
}
