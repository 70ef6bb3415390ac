package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.Placement;
import java.util.function.Consumer;

/** Template of the end that combines values by key, in one table per target partition. */
final class CombineStep implements Step {

  /**
   * The tables, all copies of one class.
   *
   * @param firstRecord is shown the first record, if there is one
   */
  record Into(Placement placement, KeyedTable[] tables, Consumer<Object> firstRecord) {}

  private final Placement placement;
  private final boolean stableHash;
  private final KeyedTable[] tables;
  private final Consumer<Object> firstRecord;
  private boolean started;

  CombineStep(Object into, Signal signal) {
    this.placement = ((Into) into).placement();
    this.stableHash = placement.isStableHash();
    this.tables = ((Into) into).tables();
    this.firstRecord = ((Into) into).firstRecord();
  }

  @Override
  public void accept(Object record) throws Exception {
    if (!started) {
      started = true;
      firstRecord.accept(record);
    }
    Tuple2<?, ?> pair = (Tuple2<?, ?>) record;
    Object key = pair._1();
    int hash = StableHash.of(key);
    KeyedTable[] tables = this.tables;
    int target =
        tables.length == 1
            ? 0
            : stableHash ? Math.floorMod(hash, tables.length) : placement.partition(key);
    tables[target].add(key, hash, pair._2());
  }

  @Override
  public void resume() {}
}
