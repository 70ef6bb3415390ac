package io.millrace.spark;

import io.millrace.internal.embedded.ExchangeBlock;
import io.millrace.internal.embedded.StageRuntime;
import io.millrace.internal.embedded.StageRuntime.RunningTask;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.spi.plan.ExchangeNode;
import java.util.Iterator;
import org.apache.spark.TaskContext;

/**
 * One Spark task as Millrace sees it, on the executor, from {@link #begin} to its end. Stages that
 * are computed on the way, since they are to be kept, are part of it.
 */
final class StageTask {

  private StageTask() {}

  /** Begins the task of this thread; it ends with Spark's at the latest. */
  static RunningTask begin(StageRuntime runtime, TaskContext context) {
    RunningTask task =
        runtime.begin(
            new StageRuntime.Attempt(
                context.partitionId(),
                context.attemptNumber(),
                context.taskAttemptId(),
                context.stageId(),
                context::isInterrupted));
    context.addTaskCompletionListener(
        ended -> {
          task.close();
        });
    return task;
  }

  /** What yields a partition of a stage, within the task of this thread. */
  static Pipeline pipeline(
      StageRdd stage, StagePartition split, TaskContext context, boolean changesRecords)
      throws Exception {
    StageDescription.Rebuilt rebuilt = rebuild(stage.work(), split, context);
    return runtime(stage.work())
        .pipeline(
            own(),
            rebuilt.end(),
            split.index(),
            exchanges(stage.work(), rebuilt, split, context),
            changesRecords);
  }

  /** Writes a map partition of an exchange, within the task of this thread. */
  static Iterator<ExchangeBlock> write(ExchangeRdd map, StagePartition split, TaskContext context)
      throws Exception {
    StageDescription.Rebuilt rebuilt = rebuild(map.work(), split, context);
    ExchangeNode<?> exchange = map.near().exchange(rebuilt.end());
    return runtime(map.work())
        .write(own(), exchange, split.index(), exchanges(map.work(), rebuilt, split, context));
  }

  static StageRuntime runtime(StageWork work) {
    return ExecutorRuntime.get(work.bounds());
  }

  private static io.millrace.TaskContext own() {
    io.millrace.TaskContext own = io.millrace.TaskContext.get();
    if (own == null) {
      throw new IllegalStateException("a stage is computed outside of a task");
    }
    return own;
  }

  private static StageDescription.Rebuilt rebuild(
      StageWork work, StagePartition split, TaskContext context) {
    return work.description()
        .rebuild((leaf, partition) -> work.source().records(leaf, partition, split, context));
  }

  private static StageRuntime.Exchanges exchanges(
      StageWork work, StageDescription.Rebuilt rebuilt, StagePartition split, TaskContext context) {
    return (exchange, partition) ->
        work.source().blocks(rebuilt.leafOf(exchange), partition, split, context);
  }
}
