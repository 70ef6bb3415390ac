package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.state.StateFileWriter;
import io.millrace.spi.state.StatePlace;
import java.util.List;

/**
 * Writes down what a step has changed in one partition, where the step was tried.
 *
 * @param versions what the step made, by partition
 */
record PersistBody(StateAddress state, List<StateVersion> versions, StatePlace place, String prefix)
    implements StateBody {

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    ExecutorStates states = ExecutorStates.find(state.key());
    ResidentPartition resident = states == null ? null : states.find(partition);
    if (resident == null) {
      return Told.missing();
    }
    resident.lock.lockInterruptibly();
    try {
      if (!versions.get(partition).equals(resident.triedVersion())) {
        return Told.missing();
      }
      return Told.of(() -> write(resident, partition, task.attemptId()));
    } finally {
      resident.lock.unlock();
    }
  }

  private List<?> write(ResidentPartition resident, int partition, long attempt) throws Exception {
    StateFileWriter writer =
        new StateFileWriter(
            place,
            String.format("%s-%d-%d", prefix, partition, attempt),
            partition,
            state.numPartitions(),
            false);
    resident.store().write(writer);
    return writer.finish(place.maxInlineBytes());
  }
}
