package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.state.StatePartition;

/**
 * Puts the initial content of a state into one partition.
 *
 * @param step number under which the content is known
 * @param timeMillis what keys have as the time of their last touch
 */
record LoadBody(StateAddress state, long step, long timeMillis) implements StateBody {

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    ExecutorStates states = ExecutorStates.of(state);
    ResidentPartition resident = states.lock(partition);
    try {
      resident.enter(step);
      StatePartition filled = states.empty(partition);
      boolean succeeded = false;
      try {
        filled.load(records.reader(), timeMillis, () -> {});
        succeeded = true;
      } finally {
        if (!succeeded) {
          filled.discard();
        }
      }
      resident.replace(filled, new StateVersion(step, 0));
      return Located.here();
    } finally {
      resident.lock.unlock();
    }
  }
}
