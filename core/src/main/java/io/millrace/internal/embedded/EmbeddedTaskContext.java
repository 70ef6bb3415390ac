package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.TaskContext;
import io.millrace.spi.plan.ExchangeNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt at one task. */
class EmbeddedTaskContext extends TaskContext {

  /** What an attempt has gathered for an owner. */
  record OwnedValue<S>(AttemptLocal<S> owner, S value) implements Serializable {
    void deliver() {
      owner.accept(value);
    }
  }

  /** What an attempt knows of the job that it belongs to. */
  record Surroundings(BooleanSupplier jobEnded, Runnable progress) {}

  /** Attempts at a task are far fewer; stages are far fewer than what is left. */
  private static final int ATTEMPT_BITS = 16;

  private final int partitionId;
  private final int attemptNumber;
  private final long stageId;
  private final Surroundings surroundings;
  private final boolean readsSharedExchanges;
  private final List<Consumer<TaskContext>> listeners = new ArrayList<>(2);
  private @Nullable Map<AttemptLocal<?>, OwnedValue<?>> locals;
  private @Nullable Map<ExchangeNode<?>, ExchangeOutput> recomputed;

  /** The attempt that {@link #recomputed} belongs to, if this is a part of its work. */
  private @Nullable EmbeddedTaskContext recomputedFor;

  EmbeddedTaskContext(int partitionId, int attemptNumber, long stageId, Surroundings surroundings) {
    this(partitionId, attemptNumber, stageId, surroundings, attemptNumber == 0);
  }

  private EmbeddedTaskContext(
      int partitionId,
      int attemptNumber,
      long stageId,
      Surroundings surroundings,
      boolean readsSharedExchanges) {
    this.partitionId = partitionId;
    this.attemptNumber = attemptNumber;
    this.stageId = stageId;
    this.surroundings = surroundings;
    this.readsSharedExchanges = readsSharedExchanges;
  }

  /**
   * The context of a task of an earlier stage that this attempt runs again for itself. Its local
   * values go nowhere: those of the task that ran first have been counted.
   */
  EmbeddedTaskContext recomputing(int partitionId) {
    EmbeddedTaskContext task =
        new EmbeddedTaskContext(partitionId, attemptNumber, stageId, surroundings, false);
    task.recomputed = recomputed();
    task.recomputedFor = recomputedFor == null ? this : recomputedFor;
    return task;
  }

  /**
   * The context in which this attempt does a part of another task's work. Its local values go to
   * their owners with that task, once it {@linkplain #inherit inherits} them.
   */
  EmbeddedTaskContext branch(int partitionId) {
    return new EmbeddedTaskContext(
        partitionId, attemptNumber, stageId, surroundings, readsSharedExchanges);
  }

  /** Takes over the local values of work that was done for this attempt, which has none yet. */
  void inherit(EmbeddedTaskContext branch) {
    locals = branch.locals;
  }

  @Nullable TaskContext begin() {
    return enter(this);
  }

  static void end(@Nullable TaskContext before) {
    enter(before);
  }

  /** Called between chunks: gives workers the chance to join, and ends an attempt in vain. */
  void poll() {
    surroundings.progress().run();
    if (isInterrupted()) {
      throw new JobCancelledException("the job has ended");
    }
  }

  /** Whether exchanges are read as the job computed them, and not computed again. */
  boolean readsSharedExchanges() {
    return readsSharedExchanges;
  }

  /** Outputs of exchanges that this attempt computed for itself. */
  Map<ExchangeNode<?>, ExchangeOutput> recomputed() {
    if (recomputed == null) {
      recomputed = new IdentityHashMap<>();
    }
    return recomputed;
  }

  /** Closes what is computed for this attempt alone when the whole of it ends. */
  void closeWithAttempt(ExchangeOutput output) {
    EmbeddedTaskContext whole = recomputedFor == null ? this : recomputedFor;
    whole.addTaskCompletionListener(ended -> output.close());
  }

  /** Closes a resource when the attempt ends, unless that is done before. */
  Closing closeAtEnd(AutoCloseable resource) {
    Closing closing = new Closing(resource);
    listeners.add(closing);
    return closing;
  }

  /** Closes a resource once. */
  final class Closing implements Consumer<TaskContext> {

    private final AutoCloseable resource;
    private boolean closed;

    Closing(AutoCloseable resource) {
      this.resource = resource;
    }

    /** Closes at once, for those who open one resource after the other. */
    void now() throws Exception {
      if (!closed) {
        closed = true;
        listeners.remove(listeners.lastIndexOf(this));
        resource.close();
      }
    }

    @Override
    public void accept(TaskContext task) {
      closed = true;
      try {
        resource.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("closing " + resource + " failed: " + e, e);
      }
    }
  }

  /** Runs the completion listeners, last added first; throws the first failure after all ran. */
  void complete() {
    Throwable failure = null;
    while (!listeners.isEmpty()) {
      try {
        listeners.remove(listeners.size() - 1).accept(this);
      } catch (Throwable e) {
        if (failure == null) {
          failure = e;
        } else if (failure != e) {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException exception) {
      throw exception;
    } else if (failure != null) {
      throw new IllegalStateException("a completion listener failed: " + failure, failure);
    }
  }

  /** Hands the attempt's local values to their owners. */
  void succeed() {
    if (locals != null) {
      locals.values().forEach(OwnedValue::deliver);
    }
  }

  /** The attempt's local values, for their owners elsewhere. */
  List<OwnedValue<?>> locals() {
    return locals == null ? List.of() : List.copyOf(locals.values());
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
  public long attemptId() {
    return stageId << ATTEMPT_BITS | attemptNumber;
  }

  @Override
  public long stageId() {
    return stageId;
  }

  @Override
  public boolean isInterrupted() {
    return surroundings.jobEnded().getAsBoolean();
  }

  @Override
  public void addTaskCompletionListener(Consumer<TaskContext> listener) {
    listeners.add(listener);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <S> S attemptLocal(AttemptLocal<S> owner) {
    if (locals == null) {
      locals = new IdentityHashMap<>();
    }
    OwnedValue<?> local = locals.get(owner);
    if (local == null) {
      local = new OwnedValue<>(owner, owner.begin());
      locals.put(owner, local);
    }
    return (S) local.value();
  }
}
