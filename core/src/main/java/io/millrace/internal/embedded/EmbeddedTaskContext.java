package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.TaskContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.plan.ExchangeNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One attempt at one task. */
final class EmbeddedTaskContext extends TaskContext {

  private record Local<S>(S value, Consumer<S> onSuccess) {
    void succeed() {
      onSuccess.accept(value);
    }
  }

  private final int partitionId;
  private final int attemptNumber;
  private final long stageId;
  private final Cancellation cancellation;
  private final Runnable progress;
  private final List<Consumer<TaskContext>> listeners = new ArrayList<>(2);
  private @Nullable Map<Object, Local<?>> locals;
  private @Nullable Map<ExchangeNode<?>, ExchangeOutput> recomputed;

  EmbeddedTaskContext(
      int partitionId,
      int attemptNumber,
      long stageId,
      Cancellation cancellation,
      Runnable progress) {
    this.partitionId = partitionId;
    this.attemptNumber = attemptNumber;
    this.stageId = stageId;
    this.cancellation = cancellation;
    this.progress = progress;
  }

  @Nullable TaskContext begin() {
    return enter(this);
  }

  static void end(@Nullable TaskContext before) {
    enter(before);
  }

  /** Called between chunks: gives workers the chance to join, and ends a cancelled attempt. */
  void poll() {
    progress.run();
    if (cancellation.isCancelled()) {
      throw new JobCancelledException("the job was cancelled");
    }
  }

  /** Outputs of exchanges that this attempt computed for itself. */
  Map<ExchangeNode<?>, ExchangeOutput> recomputed() {
    if (recomputed == null) {
      recomputed = new IdentityHashMap<>();
    }
    return recomputed;
  }

  void closeAtEnd(AutoCloseable resource) {
    addTaskCompletionListener(
        context -> {
          try {
            resource.close();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IllegalStateException("closing " + resource + " failed", e);
          }
        });
  }

  /** Runs the completion listeners, last added first; throws the first failure after all ran. */
  void complete() {
    RuntimeException failure = null;
    for (int i = listeners.size() - 1; i >= 0; i--) {
      try {
        listeners.get(i).accept(this);
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    listeners.clear();
    if (failure != null) {
      throw failure;
    }
  }

  /** Hands the attempt's local values to their owners. */
  void succeed() {
    if (locals != null) {
      locals.values().forEach(Local::succeed);
    }
  }

  @Override
  public int partitionId() {
    return partitionId;
  }

  @Override
  public int attemptNumber() {
    return attemptNumber;
  }

  @Override
  public long stageId() {
    return stageId;
  }

  @Override
  public boolean isInterrupted() {
    return cancellation.isCancelled();
  }

  @Override
  public void addTaskCompletionListener(Consumer<TaskContext> listener) {
    listeners.add(listener);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> S attemptLocal(Object owner, Supplier<S> initial, Consumer<S> onSuccess) {
    if (locals == null) {
      locals = new IdentityHashMap<>();
    }
    Local<?> local = locals.get(owner);
    if (local == null) {
      local = new Local<>(initial.get(), onSuccess);
      locals.put(owner, local);
    }
    return (S) local.value();
  }
}
