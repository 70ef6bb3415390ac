package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.spi.plan.PlanNode;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The plans of one stream for the batches that windows, {@code slice} and {@code remember} may
 * still ask for. The batch thread adds and forgets; any thread may look.
 *
 * <p>A plan costs little to hold, the records that are kept of it may cost much. So records are
 * dropped as soon as no window reads them and nobody asked for more, and the plan, from which they
 * can be computed again, is held at least until the next batch has ended.
 */
final class RememberedPlans {

  /**
   * For how long, in milliseconds of batch time: what is as old as this goes.
   *
   * @param plans at least one slide of the stream
   * @param records at most as long as plans
   */
  record Horizon(long plans, long records) {}

  private final Horizon horizon;

  // Guarded by this.
  private final TreeMap<BatchKey, PlanNode<?>> plans = new TreeMap<>();
  private long endedMillis = Long.MIN_VALUE;
  private long forgottenMillis = Long.MIN_VALUE;

  /** Batches up to this one have no records left. Used by the batch thread alone. */
  private BatchKey dropped = new BatchKey(Long.MIN_VALUE, 0);

  RememberedPlans(Horizon horizon) {
    this.horizon = horizon;
  }

  Horizon horizon() {
    return horizon;
  }

  synchronized void add(BatchKey batch, PlanNode<?> plan) {
    plans.put(batch, plan);
  }

  /** The plans of the batches in {@code (fromExclusive, toInclusive]}, in order of time. */
  synchronized List<PlanNode<?>> between(long fromExclusive, long toInclusive) {
    return List.copyOf(
        plans
            .subMap(BatchKey.through(fromExclusive), true, BatchKey.through(toInclusive), true)
            .values());
  }

  /** Time of the last batch that has ended; {@link Long#MIN_VALUE} before the first. */
  synchronized long endedMillis() {
    return endedMillis;
  }

  /** Time of the last batch whose plan is gone; {@link Long#MIN_VALUE} while all are there. */
  synchronized long forgottenMillis() {
    return forgottenMillis;
  }

  /**
   * Ends the batch of {@code timeMillis} and forgets what has become too old.
   *
   * @return plans whose records are to be dropped
   */
  synchronized List<PlanNode<?>> endBatch(long timeMillis) {
    endedMillis = timeMillis;
    BatchKey dropTo = BatchKey.through(timeMillis - horizon.records());
    List<PlanNode<?>> old = new ArrayList<>();
    if (dropTo.compareTo(dropped) > 0) {
      NavigableMap<BatchKey, PlanNode<?>> read = plans.subMap(dropped, false, dropTo, true);
      if (!read.isEmpty()) {
        old.addAll(read.values());
        dropped = read.lastKey();
      }
    }
    NavigableMap<BatchKey, PlanNode<?>> forgotten =
        plans.headMap(BatchKey.through(timeMillis - horizon.plans()), true);
    if (!forgotten.isEmpty()) {
      forgottenMillis = forgotten.lastKey().timeMillis();
      // Somebody may have computed them again meanwhile.
      old.addAll(forgotten.values());
      forgotten.clear();
    }
    return old;
  }

  synchronized int size() {
    return plans.size();
  }
}
