package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.state.StatePartition;
import io.millrace.internal.state.StateView;
import io.millrace.spi.state.StateStep;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.StreamBlockId;
import scala.collection.AbstractIterator;
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
 */
record StepBody(
    StateAddress state,
    long step,
    List<StateVersion> bases,
    Set<Long> readSteps,
    int blockStream,
    long timeMillis,
    StateStep.@org.jspecify.annotations.Nullable WindowStep window)
    implements StateBody {

  private static final int CHUNK = 1024;

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    ExecutorStates states = ExecutorStates.of(state);
    states.discardStale(bases, step);
    ResidentPartition resident = states.partition(partition);
    resident.lock.lockInterruptibly();
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
      return attempt(records, resident, task);
    } finally {
      resident.lock.unlock();
    }
  }

  private StepResult attempt(Pipeline records, ResidentPartition resident, TaskContext task)
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
                new Chunks(emitted.elements(), emitted.size()),
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

  private static final class Chunks extends AbstractIterator<Carried> {

    private final Object[] elements;
    private final int size;
    private int position;

    Chunks(Object[] elements, int size) {
      this.elements = elements;
      this.size = size;
    }

    @Override
    public boolean hasNext() {
      return position < size;
    }

    @Override
    public Carried next() {
      int end = Math.min(size, position + CHUNK);
      Carried chunk = Carried.of(elements, position, end);
      position = end;
      return chunk;
    }
  }
}
