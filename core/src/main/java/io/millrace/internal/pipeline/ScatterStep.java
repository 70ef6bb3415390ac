package io.millrace.internal.pipeline;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Placement;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Template of the end that sends records to target partitions as they are. */
final class ScatterStep implements Step {

  /**
   * The targets.
   *
   * @param placement by key, or null for turns, from the first target on
   */
  record Into(@Nullable Placement placement, Rows[] targets, Consumer<Object> firstRecord) {}

  private final @Nullable Placement placement;
  private final Rows[] targets;
  private final Consumer<Object> firstRecord;
  private boolean started;
  private int turn;

  ScatterStep(Object into, Signal signal) {
    this.placement = ((Into) into).placement();
    this.targets = ((Into) into).targets();
    this.firstRecord = ((Into) into).firstRecord();
  }

  @Override
  public void accept(Object record) {
    if (!started) {
      started = true;
      firstRecord.accept(record);
    }
    int target;
    if (placement != null) {
      target = placement.partition(((Tuple2<?, ?>) record)._1());
    } else {
      target = turn;
      turn = turn + 1 == targets.length ? 0 : turn + 1;
    }
    targets[target].add(record);
  }

  @Override
  public void resume() {}
}
