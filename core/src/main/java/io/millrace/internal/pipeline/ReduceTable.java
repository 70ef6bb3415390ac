package io.millrace.internal.pipeline;

import io.millrace.spi.plan.Combiner;
import org.jspecify.annotations.Nullable;

/**
 * The table for {@link Combiner.Reduce}. The first value decides how values are kept: whole numbers
 * unboxed, all else as objects; the first that does not fit turns the column into objects. Works by
 * the buffer, so it is no template itself: its index and column are.
 */
final class ReduceTable implements KeyedTable {

  private final Object function;
  private final KeyIndex index;
  private final Specializer specializer;
  private int[] positions = new int[PairBuffer.FIRST_CAPACITY];
  private final ReduceColumn.Misfit misfit = new ReduceColumn.Misfit();
  private @Nullable ReduceColumn column;

  ReduceTable(Combiner.Reduce combiner, KeyIndex index, Specializer specializer) {
    this.function = combiner.function();
    this.index = index;
    this.specializer = specializer;
  }

  @Override
  public void addAll(PairBuffer pairs) throws Exception {
    add(pairs.keys, pairs.hashes, pairs.values, 0, pairs.size);
    pairs.size = 0;
  }

  @Override
  public void addCombined(KeyedBlock block) throws Exception {
    for (int from = 0; from < block.size(); from += PairBuffer.MAX_CAPACITY) {
      int count = Math.min(PairBuffer.MAX_CAPACITY, block.size() - from);
      add(block.keys(), block.hashes(), block.values(), from, count);
    }
  }

  private void add(Object[] keys, int[] hashes, Object[] values, int from, int count)
      throws Exception {
    if (count == 0) {
      return;
    }
    if (count > positions.length) {
      positions = new int[PairBuffer.MAX_CAPACITY];
    }
    index.locateAll(keys, hashes, from, count, positions);
    ReduceColumn column = this.column;
    if (column == null) {
      column = columnFor(values[from]);
      this.column = column;
    }
    column.grow(index.keys().length);
    int taken = column.reduce(positions, values, from, count, misfit);
    if (taken < count || misfit.position >= 0) {
      Object[] objects = column.toObjects(index.size());
      if (misfit.position >= 0) {
        objects[misfit.position] = misfit.value;
        misfit.position = -1;
      }
      column = newColumn(ObjectReduceColumn.class, objects);
      this.column = column;
      System.arraycopy(positions, taken, positions, 0, count - taken);
      column.reduce(positions, values, from + taken, count - taken, misfit);
    }
  }

  private ReduceColumn columnFor(@Nullable Object firstValue) {
    int capacity = index.keys().length;
    if (firstValue instanceof Integer) {
      return newColumn(IntReduceColumn.class, new int[capacity]);
    } else if (firstValue instanceof Long) {
      return newColumn(LongReduceColumn.class, new long[capacity]);
    }
    return newColumn(ObjectReduceColumn.class, new Object[capacity]);
  }

  private ReduceColumn newColumn(Class<? extends ReduceColumn> template, Object values) {
    return Stage.column(template, function, values, specializer);
  }

  @Override
  public KeyIndex keys() {
    return index;
  }

  @Override
  public long bytes(Overflow overflow, int maxSamples) {
    ReduceColumn column = this.column;
    return index.bytes(overflow, maxSamples)
        + (column == null ? 0 : column.bytes(index.size(), overflow, maxSamples));
  }

  @Override
  public KeyedBlock toBlock() {
    ReduceColumn column = this.column;
    Object[] values = column == null ? new Object[0] : column.toObjects(index.size());
    return new KeyedBlock(index.keys(), index.hashes(), values, index.size());
  }
}
