package io.millrace.internal.pipeline;

import io.millrace.TaskContext;
import java.util.function.Consumer;

/** A context that does nothing, for running a pipeline by itself. */
final class NoTask extends TaskContext {

  @Override
  public int partitionId() {
    return 0;
  }

  @Override
  public int attemptNumber() {
    return 0;
  }

  @Override
  public long attemptId() {
    return 0;
  }

  @Override
  public long stageId() {
    return 0;
  }

  @Override
  public boolean isInterrupted() {
    return false;
  }

  @Override
  public void addTaskCompletionListener(Consumer<TaskContext> listener) {}

  @Override
  public <S> S attemptLocal(AttemptLocal<S> owner) {
    return owner.begin();
  }
}
