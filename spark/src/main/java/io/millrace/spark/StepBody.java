package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.state.StatePartition;
import io.millrace.internal.state.StateView;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.StreamBlockId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag$;

/**
 * One step of a state in one partition.
 *
 * @param step number of the step
 * @param bases the versions that it begins with, by partition
 * @param readSteps the steps whose entries may still be read
 * @param blockStream Spark's number for the blocks of this state
 * @param timeMillis the batch's time
 * @param window if the operator combines panes
 * @param delta where what the step changes is to be written, if that is known
 */
record StepBody(
    StateAddress state,
    long step,
    List<StateVersion> bases,
    Set<Long> readSteps,
    int blockStream,
    long timeMillis,
    StateStep.@Nullable WindowStep window,
    StateStep.@Nullable Delta delta)
    implements StateBody {

  private static final Logger LOG = LoggerFactory.getLogger(StepBody.class);

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    ExecutorStates states = ExecutorStates.of(state);
    states.discardStale(bases, step);
    ResidentPartition resident = states.lock(partition);
    try {
      resident.enter(step);
      Optional<StepResult> before = resident.resultOf(step);
      if (before.isPresent()) {
        return before.get();
      }
      StateVersion base = bases.get(partition);
      if (!resident.bringTo(base) && base.equals(StateVersion.EMPTY)) {
        resident.replace(states.empty(partition), base);
      } else if (!resident.isOf(base)) {
        return StepResult.missing(base, Located.here());
      }
      resident.retainViews(readSteps);
      return attempt(records, resident, partition, task);
    } finally {
      resident.lock.unlock();
    }
  }

  private StepResult attempt(
      Pipeline records, ResidentPartition resident, int partition, TaskContext task)
      throws Exception {
    StatePartition store = resident.store();
    boolean succeeded = false;
    try {
      Optional<Rows> rows =
          store.attempt(
              records.reader(), new StateStep(null, timeMillis, window), () -> poll(task));
      long attempt = task.attemptId();
      StateVersion version = new StateVersion(step, attempt);
      rows.ifPresent(emitted -> put(emitted, attempt));
      Optional<StateView> view = store.view();
      view.ifPresent(seen -> resident.show(version, seen));
      StepResult result =
          new StepResult(
              true,
              version,
              store.triedSize(),
              rows.isPresent(),
              rows.map(Rows::size).orElse(0),
              view.map(StateView::numEntries).orElse(-1),
              written(store, partition, attempt),
              Located.here());
      resident.tried(version, result);
      succeeded = true;
      return result;
    } finally {
      if (!succeeded) {
        store.abandon();
      }
    }
  }

  /** What fails here is left to {@link PersistBody}, since the step itself has succeeded. */
  private @Nullable List<StateFile> written(StatePartition tried, int partition, long attempt) {
    StateStep.Delta to = delta;
    if (to == null) {
      return null;
    }
    try {
      return PersistBody.write(tried, to, partition, state.numPartitions(), attempt);
    } catch (IOException | RuntimeException e) {
      LOG.info(
          "what a step has changed of {} in partition {} is not written yet: {}",
          state.name(),
          partition,
          e.toString());
      return null;
    }
  }

  private static void poll(TaskContext task) {
    if (task.isInterrupted()) {
      throw new io.millrace.JobCancelledException("the job has ended");
    }
  }

  /** Hands emitted records to Spark, which spills them if memory has no room. */
  private void put(Rows emitted, long attempt) {
    boolean stored =
        SparkEnv.get()
            .blockManager()
            .putIterator(
                new StreamBlockId(blockStream, attempt),
                new Chunks(() -> new ArrayReader(emitted.elements(), emitted.size())),
                StorageLevel.MEMORY_AND_DISK(),
                true,
                ClassTag$.MODULE$.apply(Carried.class));
    if (!stored) {
      throw new IllegalStateException(
          "Spark has not kept the "
              + emitted.size()
              + " records that "
              + state.name()
              + " emitted: neither memory nor disk have room for them");
    }
  }
}
