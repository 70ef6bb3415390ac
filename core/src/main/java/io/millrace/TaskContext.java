package io.millrace;

import java.io.Serializable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a task knows of itself. User functions that run in tasks reach it by {@link #get()}.
 *
 * <p>Belongs to one attempt and its thread; do not keep it beyond the call.
 */
public abstract class TaskContext {

  private static final ThreadLocal<@Nullable TaskContext> CURRENT = new ThreadLocal<>();

  /** The context of the task that this thread runs, or null outside of tasks. */
  public static @Nullable TaskContext get() {
    return CURRENT.get();
  }

  /** The number of the partition that the task computes, or 0 outside of tasks. */
  public static int getPartitionId() {
    TaskContext current = CURRENT.get();
    return current == null ? 0 : current.partitionId();
  }

  /** For engines: makes {@code context} the current one and returns the one before it. */
  protected static @Nullable TaskContext enter(@Nullable TaskContext context) {
    TaskContext before = CURRENT.get();
    CURRENT.set(context);
    return before;
  }

  /** The partition of the stage's target that the task computes, from 0. */
  public abstract int partitionId();

  /** How many attempts at this task failed before this one, from 0. */
  public abstract int attemptNumber();

  /**
   * Tells this attempt from all others of the engine that compute the same partition number, in
   * whatever stage and process; for the names of what an attempt leaves behind.
   */
  public abstract long attemptId();

  /** Number of the stage, unique within the engine. */
  public abstract long stageId();

  /** Whether the job was cancelled or the attempt was given up; long loops should ask. */
  public abstract boolean isInterrupted();

  /**
   * Calls {@code listener} when the attempt ends, whether it succeeded, failed or stopped reading
   * early; listeners run on the task's thread, last added first. An exception in one fails the
   * attempt after the others ran.
   */
  public abstract void addTaskCompletionListener(Consumer<TaskContext> listener);

  /**
   * A value private to this attempt, made on first use. If the attempt's result is accepted, the
   * owner receives it exactly once, and otherwise never. Accumulators are built on this.
   */
  public abstract <S> S attemptLocal(AttemptLocal<S> owner);

  /**
   * Owns a value of each attempt. It travels to where tasks run, and back with their results: when
   * it is deserialized on the driver, the one that was sent has to stand in for it, and it is that
   * one which receives the value.
   */
  public interface AttemptLocal<S> extends Serializable {

    /** A value to begin an attempt with; serializable. Called where the task runs. */
    S begin();

    /** Takes the value of an attempt that was accepted. Called on the driver. */
    void accept(S value);
  }
}
