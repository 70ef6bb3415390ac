package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.Placement;
import java.util.function.Consumer;

/** Template of the end that combines values by key, in one table per target partition. */
final class CombineStep implements PairStep {

  /**
   * The tables, all copies of one class, each with the buffer of pairs on their way into it.
   *
   * @param firstRecord is shown the first record, if there is one
   */
  record Into(
      Placement placement,
      KeyedTable[] tables,
      PairBuffer[] buffers,
      Consumer<Object> firstRecord) {

    /** Puts what is in the buffers into the tables. */
    void flush() throws Exception {
      for (int i = 0; i < tables.length; i++) {
        tables[i].addAll(buffers[i]);
      }
    }
  }

  private final Placement placement;
  private final boolean stableHash;
  private final KeyedTable[] tables;
  private final PairBuffer[] buffers;
  private final int mask;
  private final Consumer<Object> firstRecord;
  private boolean started;

  CombineStep(Object argument, Signal signal) {
    Into into = (Into) argument;
    this.placement = into.placement();
    this.stableHash = placement.isStableHash();
    this.tables = into.tables();
    this.buffers = into.buffers();
    this.mask = Integer.bitCount(tables.length) == 1 ? tables.length - 1 : -1;
    this.firstRecord = into.firstRecord();
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
      firstRecord.accept(new Tuple2<>(key, value));
    }
    int hash = StableHash.of(key);
    int target = target(key, hash);
    PairBuffer buffer = buffers[target];
    int last = buffer.size++;
    buffer.keys[last] = key;
    buffer.values[last] = value;
    buffer.hashes[last] = hash;
    if (last == PairBuffer.CAPACITY - 1) {
      tables[target].addAll(buffer);
    }
  }

  private int target(Object key, int hash) {
    if (!stableHash) {
      return placement.partition(key);
    }
    // A mask is floorMod for powers of two, without the division.
    return mask >= 0 ? hash & mask : Math.floorMod(hash, tables.length);
  }

  @Override
  public void resume() {}
}
