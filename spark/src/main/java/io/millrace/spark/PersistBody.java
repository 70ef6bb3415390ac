package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.state.StateFileWriter;
import io.millrace.internal.state.StatePartition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

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
      return Told.of(
          () ->
              write(
                  resident.store(),
                  new StateStep.Delta(place, prefix),
                  partition,
                  state.numPartitions(),
                  task.attemptId()));
    } finally {
      resident.lock.unlock();
    }
  }

  /** Writes what was tried on a partition to files that have the attempt in their names. */
  static List<StateFile> write(
      StatePartition tried, StateStep.Delta delta, int partition, int numPartitions, long attempt)
      throws IOException {
    StateFileWriter writer =
        new StateFileWriter(
            delta.place(),
            String.format(Locale.ROOT, "%s-%d-%d", delta.prefix(), partition, attempt),
            partition,
            numPartitions,
            false);
    tried.write(writer);
    return writer.finish(delta.place().maxInlineBytes());
  }
}
