package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKey;
import io.millrace.spi.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * In order of batches.
   *
   * @param plan of the batch
   */
  private record Remembered(BatchKey batch, PlanNode<?> plan) {}

  // Guarded by this.
  private final ArrayDeque<Remembered> plans = new ArrayDeque<>(2);
  private long endedMillis = Long.MIN_VALUE;
  private long forgottenMillis = Long.MIN_VALUE;

  /** How many of the first plans have no records left. */
  private int numDropped;

  RememberedPlans(Horizon horizon) {
    this.horizon = horizon;
  }

  Horizon horizon() {
    return horizon;
  }

  /** Adds the plan of a batch, in the place of one that the same batch had before. */
  synchronized void add(BatchKey batch, PlanNode<?> plan) {
    Remembered added = new Remembered(batch, plan);
    List<Remembered> later = List.of();
    while (!plans.isEmpty() && plans.getLast().batch().compareTo(batch) >= 0) {
      Remembered last = plans.removeLast();
      if (!last.batch().equals(batch)) {
        later = later.isEmpty() ? new ArrayList<>() : later;
        later.add(0, last);
      }
    }
    numDropped = Math.min(numDropped, plans.size());
    plans.addLast(added);
    plans.addAll(later);
  }

  /** The plans of the batches in {@code (fromExclusive, toInclusive]}, in order of time. */
  synchronized List<PlanNode<?>> between(long fromExclusive, long toInclusive) {
    List<PlanNode<?>> between = new ArrayList<>();
    for (Remembered each : plans) {
      long millis = each.batch().timeMillis();
      if (millis > fromExclusive && millis <= toInclusive) {
        between.add(each.plan());
      }
    }
    return between;
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
    List<PlanNode<?>> old = new ArrayList<>(2);
    dropRecords(timeMillis - horizon.records(), old);
    long forgetTo = timeMillis - horizon.plans();
    Remembered first = plans.peekFirst();
    while (first != null && first.batch().timeMillis() <= forgetTo) {
      plans.removeFirst();
      numDropped = Math.max(0, numDropped - 1);
      forgottenMillis = first.batch().timeMillis();
      // Somebody may have computed them again meanwhile.
      old.add(first.plan());
      first = plans.peekFirst();
    }
    return old;
  }

  private void dropRecords(long toMillis, List<PlanNode<?>> old) {
    int index = 0;
    for (Remembered each : plans) {
      if (each.batch().timeMillis() > toMillis) {
        break;
      }
      if (index++ >= numDropped) {
        old.add(each.plan());
        numDropped = index;
      }
    }
  }

  synchronized int size() {
    return plans.size();
  }
}
