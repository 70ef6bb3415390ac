package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime.Locals;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.util.AccumulatorV2;

/**
 * Brings what the tasks of one exchange have gathered to its owners on the driver: of each map
 * partition once, however often it is computed.
 */
final class LocalsAccumulator
    extends AccumulatorV2<LocalsAccumulator.OfTask, List<LocalsAccumulator.OfTask>> {

  private static final long serialVersionUID = 1L;

  /** What one task has gathered. */
  record OfTask(int partition, Locals locals) implements Serializable {}

  private final ArrayList<OfTask> gathered = new ArrayList<>();
  private final transient Set<Integer> delivered = new HashSet<>();

  @Override
  public boolean isZero() {
    return gathered.isEmpty();
  }

  @Override
  public AccumulatorV2<OfTask, List<OfTask>> copy() {
    LocalsAccumulator copy = new LocalsAccumulator();
    copy.gathered.addAll(gathered);
    return copy;
  }

  @Override
  public void reset() {
    gathered.clear();
  }

  @Override
  public void add(OfTask task) {
    if (!task.locals().isEmpty()) {
      gathered.add(task);
    }
  }

  /** Called on the driver alone, for each task that Spark has accepted. */
  @Override
  public void merge(AccumulatorV2<OfTask, List<OfTask>> other) {
    for (OfTask task : other.value()) {
      if (delivered.add(task.partition())) {
        task.locals().deliver();
      }
    }
  }

  @Override
  public List<OfTask> value() {
    return gathered;
  }
}
