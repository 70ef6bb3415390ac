package io.millrace.internal.embedded;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Throwables;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one job, each attempt by attempt until one succeeds. The first task that fails
 * for good ends the job: no further attempt begins, and those under way are interrupted, as they
 * are when the job is cancelled or the engine closed.
 */
final class TaskAttempts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TaskAttempts.class);

  /** Computes what task {@code number} of a stage is for. */
  @FunctionalInterface
  interface Computation<A> {
    A compute(int number, EmbeddedTaskContext task) throws Exception;
  }

  /** Takes the result of the attempt that succeeded; called once for each task. */
  @FunctionalInterface
  interface Adoption<A> {
    void adopt(int number, A result);
  }

  private final TaskPool pool;
  private final int maxFailures;
  private final boolean abortsFirst;
  private final String description;
  private final Cancellation cancellation;
  private final Cancellation closing;
  private final RunningThreads threads = new RunningThreads();
  private final Runnable interrupt = threads::interruptAll;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private int numStages;
  private boolean ownerInterrupted;

  /**
   * @param abortsFirst whether the first attempt at each task is thrown away after its last record
   * @param description names the job in errors
   * @param cancellation ends this job
   * @param closing ends all jobs of the engine
   */
  TaskAttempts(
      TaskPool pool,
      int maxFailures,
      boolean abortsFirst,
      String description,
      Cancellation cancellation,
      Cancellation closing) {
    this.pool = pool;
    this.maxFailures = maxFailures;
    this.abortsFirst = abortsFirst;
    this.description = description;
    this.cancellation = cancellation;
    this.closing = closing;
  }

  /** From here to {@link #close()}, cancelling interrupts the threads that run tasks. */
  void open() {
    cancellation.onCancel(interrupt);
    closing.onCancel(interrupt);
    if (isEnded()) {
      throw cancelled();
    }
  }

  @Override
  public void close() {
    cancellation.forget(interrupt);
    closing.forget(interrupt);
    if (ownerInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isEnded() {
    return cancellation.isCancelled() || closing.isCancelled() || failure.get() != null;
  }

  private JobCancelledException cancelled() {
    boolean byEngine = closing.isCancelled() && !cancellation.isCancelled();
    return new JobCancelledException(
        description + " was cancelled" + (byEngine ? ": its engine was closed" : ""));
  }

  /**
   * Runs tasks {@code [0, numTasks)} of a stage and returns when all have succeeded.
   *
   * @param partitions the partition of each task
   */
  <A> void run(
      TaskStage stage,
      int numTasks,
      IntUnaryOperator partitions,
      Computation<A> computation,
      Adoption<A> adoption)
      throws Throwable {
    try {
      pool.run(
          habit(),
          numTasks,
          (number, progress) -> {
            EmbeddedTaskContext.Surroundings surroundings =
                new EmbeddedTaskContext.Surroundings(this::isEnded, progress);
            EmbeddedTaskContext task;
            int failures = 0;
            int partition = partitions.applyAsInt(number);
            do {
              task = new EmbeddedTaskContext(partition, failures++, stage.id(), surroundings);
            } while (!tryOnce(stage, task, number, computation, adoption));
            succeed(task);
            progress.run();
          });
    } catch (Throwable e) {
      Throwable first = failure.get();
      throw first != null ? first : e;
    }
  }

  /** Tells the stage from others, but not from that of the same job in another batch. */
  private int habit() {
    int hash = 31 * description.hashCode() + numStages++;
    return hash ^ (hash >>> 8) ^ (hash >>> 16);
  }

  /** Whether the attempt succeeded; throws if there is to be no other. */
  private <A> boolean tryOnce(
      TaskStage stage,
      EmbeddedTaskContext task,
      int number,
      Computation<A> computation,
      Adoption<A> adoption)
      throws Throwable {
    Throwable failed;
    boolean wasInterrupted = threads.enter();
    try {
      task.poll();
      A result = attempt(number, task, computation);
      if (abortsFirst && task.attemptNumber() == 0) {
        LOG.debug("the first attempt is thrown away: {}", stage.describe(task.partitionId()));
        return false;
      }
      adoption.adopt(number, result);
      return true;
    } catch (Throwable e) {
      failed = e;
    } finally {
      threads.leave(wasInterrupted);
    }
    failOrRetry(failed, stage, task);
    return false;
  }

  /** Runs one attempt, completion listeners included. */
  static <A> A attempt(int number, EmbeddedTaskContext task, Computation<A> computation)
      throws Exception {
    TaskContext before = task.begin();
    try {
      A result;
      try {
        result = computation.compute(number, task);
      } catch (Throwable e) {
        completeAfter(e, task);
        throw e;
      }
      task.complete();
      return result;
    } finally {
      EmbeddedTaskContext.end(before);
    }
  }

  private static void completeAfter(Throwable failed, EmbeddedTaskContext task) {
    try {
      task.complete();
    } catch (Throwable e) {
      // What was thrown first is the reason; a reader may throw the same once more when closed.
      if (e != failed) {
        failed.addSuppressed(e);
      }
    }
  }

  private void succeed(EmbeddedTaskContext task) throws Throwable {
    try {
      task.succeed();
    } catch (Throwable e) {
      throw ending(e); // not again: part of the values may have reached their owners
    }
  }

  private void failOrRetry(Throwable e, TaskStage stage, EmbeddedTaskContext task)
      throws Throwable {
    if (isEnded()) {
      JobCancelledException cancelled = cancelled();
      cancelled.addSuppressed(e);
      throw cancelled;
    }
    if (e instanceof OutOfMemoryError memory) {
      String place = stage.describe(task.partitionId()) + "\n  of " + description;
      throw ending(Throwables.located(memory, place));
    }
    if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
      throw ending(e);
    }
    Throwable cause = TaskFailure.userException(e);
    if (cause instanceof InterruptedException && threads.isOwner()) {
      // Not by us: someone interrupted the thread that called, who shall find that out afterwards.
      ownerInterrupted = true;
    }
    int attempts = Math.max(1, task.attemptNumber() + (abortsFirst ? 0 : 1));
    String place = stage.describe(task.partitionId());
    if (attempts < maxFailures) {
      LOG.warn(
          "attempt {} failed, trying again: {}: {}", attempts, place, Throwables.describe(cause));
      LOG.debug("the failure of attempt {}", attempts, e);
      return;
    }
    String count = attempts == 1 ? " attempt" : " attempts";
    throw ending(
        new JobFailedException(
            TaskFailure.headline(cause)
                + "\n  in "
                + place
                + "\n  of "
                + description
                + ", after "
                + attempts
                + count,
            cause));
  }

  /** Ends the job with {@code e}, unless something else did before. */
  private Throwable ending(Throwable e) {
    if (failure.compareAndSet(null, e)) {
      threads.interruptAll();
    }
    return e;
  }
}
