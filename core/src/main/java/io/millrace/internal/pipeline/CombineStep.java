package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.Placement;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Template of the end that combines values by key, in one table per target partition. */
final class CombineStep implements PairStep {

  /**
   * The tables, all of one class, each with the buffer of pairs on their way into it. Both are made
   * for a target's first pair: in a small batch most targets have none.
   */
  static final class Into {
    private static final int MIN_SAMPLES = 2;

    final Placement placement;
    final Consumer<Object> firstRecord;
    final @Nullable PairBuffer[] buffers;
    private final @Nullable KeyedTable[] tables;
    private final Supplier<KeyedTable> newTable;
    private final @Nullable Overflow overflow;
    private final @Nullable Look look;

    /**
     * @param firstRecord is shown the first record, if there is one
     * @param overflow takes what the tables have no room for; null if they have to hold it all
     */
    Into(
        Placement placement,
        Supplier<KeyedTable> newTable,
        Consumer<Object> firstRecord,
        @Nullable Overflow overflow) {
      this.placement = placement;
      this.newTable = newTable;
      this.firstRecord = firstRecord;
      this.buffers = new @Nullable PairBuffer[placement.numPartitions()];
      this.tables = new @Nullable KeyedTable[buffers.length];
      this.overflow = overflow;
      this.look = overflow == null ? null : new Look(overflow);
    }

    PairBuffer open(int target) {
      PairBuffer buffer = new PairBuffer(PairBuffer.FIRST_CAPACITY);
      buffers[target] = buffer;
      return buffer;
    }

    /** Empties a buffer that is full. */
    void turnOver(int target, PairBuffer buffer) throws Exception {
      int added = buffer.size;
      flush(target, buffer);
      if (look != null && overflow != null && look.isDue(added)) {
        look(look, overflow);
      }
      if (buffer.keys.length < PairBuffer.MAX_CAPACITY) {
        buffers[target] = new PairBuffer(PairBuffer.MAX_CAPACITY);
      }
    }

    private void flush(int target, PairBuffer buffer) throws Exception {
      KeyedTable table = tables[target];
      if (table == null) {
        table = newTable.get();
        tables[target] = table;
      }
      table.addAll(buffer);
    }

    private void look(Look look, Overflow overflow) throws Exception {
      int samples = Math.max(MIN_SAMPLES, look.samples() / tables.length);
      long bytes = 0;
      for (KeyedTable table : tables) {
        bytes += table == null ? 0 : table.bytes(overflow, samples);
      }
      if (look.mustSpill(bytes)) {
        KeyedBlock[] blocks = toBlocks();
        Arrays.fill(tables, null);
        overflow.spill(blocks);
      }
    }

    /** What has been combined, by target; the tables must not be used afterwards. */
    KeyedBlock[] toBlocks() throws Exception {
      KeyedBlock[] blocks = new KeyedBlock[tables.length];
      for (int i = 0; i < blocks.length; i++) {
        PairBuffer buffer = buffers[i];
        if (buffer != null) {
          flush(i, buffer);
        }
        KeyedTable table = tables[i];
        blocks[i] = table == null ? KeyedBlock.EMPTY : table.toBlock();
      }
      return blocks;
    }
  }

  private final Placement placement;
  private final boolean stableHash;
  private final Into into;
  private final @Nullable PairBuffer[] buffers;
  private final int mask;
  private boolean started;

  CombineStep(Object into, Signal signal) {
    this.into = (Into) into;
    this.placement = this.into.placement;
    this.stableHash = placement.isStableHash();
    this.buffers = this.into.buffers;
    this.mask = Integer.bitCount(buffers.length) == 1 ? buffers.length - 1 : -1;
  }

  @Override
  public void accept(Object record) throws Exception {
    Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
    acceptPair(pair._1(), pair._2());
  }

  @Override
  public void acceptPair(Object key, Object value) throws Exception {
    if (!started) {
      started = true;
      into.firstRecord.accept(new Tuple2<>(key, value));
    }
    int hash = StableHash.of(key);
    int target = target(key, hash);
    PairBuffer buffer = buffers[target];
    if (buffer == null) {
      buffer = into.open(target);
    }
    int last = buffer.size++;
    buffer.keys[last] = key;
    buffer.values[last] = value;
    buffer.hashes[last] = hash;
    if (last == buffer.keys.length - 1) {
      into.turnOver(target, buffer);
    }
  }

  private int target(Object key, int hash) {
    if (!stableHash) {
      return placement.partition(key);
    }
    // A mask is floorMod for powers of two, without the division.
    return mask >= 0 ? hash & mask : Math.floorMod(hash, buffers.length);
  }

  @Override
  public void resume() {}
}
