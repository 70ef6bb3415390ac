package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.state.StateFiles;
import io.millrace.internal.state.StatePartition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.util.List;

/**
 * Fills one partition of a state from files.
 *
 * @param step number of the call, for telling tasks that were given up
 * @param targets the versions that the partitions then are at, by partition
 * @param fromAll whether keys are looked for in the files of all partitions
 */
record RestoreBody(
    StateAddress state,
    long step,
    List<StateVersion> targets,
    StatePlace place,
    List<StateFile> files,
    boolean fromAll)
    implements StateBody {

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    ExecutorStates states = ExecutorStates.of(state);
    ResidentPartition resident = states.lock(partition);
    try {
      resident.enter(step);
      return Told.of(() -> restore(states, resident, partition, task));
    } finally {
      resident.lock.unlock();
    }
  }

  /** Whether all keys in the files belong where they are. */
  private boolean restore(
      ExecutorStates states, ResidentPartition resident, int partition, TaskContext task)
      throws Exception {
    StatePartition filled = states.empty(partition);
    boolean succeeded = false;
    try {
      StateFiles content = new StateFiles(place, state.definition(), files);
      boolean isOwn = true;
      if (fromAll) {
        content.restoreFromAll(filled, partition, () -> poll(task));
      } else {
        isOwn = content.restoreFromOwn(filled, partition, () -> poll(task));
      }
      succeeded = true;
      resident.replace(filled, targets.get(partition));
      return isOwn;
    } finally {
      if (!succeeded) {
        filled.discard();
      }
    }
  }

  private static void poll(TaskContext task) {
    if (task.isInterrupted()) {
      throw new io.millrace.JobCancelledException("the job has ended");
    }
  }
}
