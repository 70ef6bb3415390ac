package io.millrace.internal.pipeline;

import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.internal.serialization.RecordCopier;
import io.millrace.spi.plan.Combiner;
import java.util.Arrays;

/** Template of the table for {@link Combiner.Aggregate}. */
final class AggregateTable implements KeyedTable {

  private final Function<Object, ?> createCombiner;
  private final Function2<Object, Object, ?> mergeValue;
  private final Function2<Object, Object, ?> mergeCombiners;
  private final KeyIndex index;
  private final RecordCopier copier = new RecordCopier();
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
  public void addAll(PairBuffer pairs) throws Exception {
    int count = pairs.size;
    int[] positions = pairs.positions;
    index.locateAll(pairs.keys, pairs.hashes, 0, count, positions);
    Object[] combined = roomForAll();
    for (int i = 0; i < count; i++) {
      int position = positions[i];
      Object value = pairs.values[i];
      if (position >= 0) {
        Object merged = mergeValue.call(combined[position], value);
        combined[position] = merged == value ? copier.copy(merged) : merged;
      } else {
        combined[~position] = created(value);
      }
    }
    pairs.size = 0;
  }

  /**
   * The combined value that a key begins with, which later calls may change. It may be, or hold,
   * the value that it was made of, which others may read: it is copied if that can be changed.
   */
  private Object created(Object value) throws Exception {
    Object created = createCombiner.call(value);
    return RecordCopier.isImmutable(value) ? created : copier.copy(created);
  }

  private Object[] roomForAll() {
    if (index.size() > combined.length) {
      combined = Arrays.copyOf(combined, index.keys().length);
    }
    return combined;
  }

  @Override
  public void addCombined(KeyedBlock block) throws Exception {
    int[] positions = new int[Math.min(block.size(), PairBuffer.MAX_CAPACITY)];
    for (int from = 0; from < block.size(); from += PairBuffer.MAX_CAPACITY) {
      int count = Math.min(PairBuffer.MAX_CAPACITY, block.size() - from);
      index.locateAll(block.keys(), block.hashes(), from, count, positions);
      Object[] combined = roomForAll();
      for (int i = 0; i < count; i++) {
        int position = positions[i];
        Object added = block.values()[from + i];
        if (position >= 0) {
          combined[position] = mergeCombiners.call(combined[position], added);
        } else {
          combined[~position] = added;
        }
      }
    }
  }

  @Override
  public KeyIndex keys() {
    return index;
  }

  @Override
  public long bytes(Overflow overflow, int maxSamples) {
    return index.bytes(overflow, maxSamples) + overflow.sizeOf(combined, index.size(), maxSamples);
  }

  @Override
  public KeyedBlock toBlock() {
    return new KeyedBlock(index.keys(), index.hashes(), combined, index.size());
  }
}
