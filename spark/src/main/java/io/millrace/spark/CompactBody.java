package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.state.StateFiles;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import java.util.List;
import java.util.Set;

/** Merges files of a state. Tells a list of one compaction, or of none. */
record CompactBody(
    StateAddress state, StatePlace place, String prefix, List<StateFile> files, Set<String> moved)
    implements StateBody {

  @Override
  public Object run(Pipeline records, int partition, TaskContext task) throws Exception {
    long attempt = task.attemptId();
    return Told.of(
        () ->
            new StateFiles(place, state.definition(), files)
                .compact(prefix + "-" + attempt, moved)
                .map(List::of)
                .orElse(List.of()));
  }
}
