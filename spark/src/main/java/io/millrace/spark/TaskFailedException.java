package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime;
import io.millrace.spi.Throwables;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.storage.BlockManagerId;
import org.jspecify.annotations.Nullable;

/** How a failed task tells the driver what happened, and where. */
final class TaskFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final @Nullable Throwable usersFailure;
  private final int attempts;

  /**
   * It has no stack trace of its own: Spark logs it several times, and where the user's code has
   * thrown is in the message and in the trace of what it has thrown.
   *
   * @param usersFailure what the user's code has thrown. Spark ends an executor when it finds an
   *     error of the virtual machine among the causes, but a stack overflow is the task's own
   */
  private TaskFailedException(String message, @Nullable Throwable usersFailure, int attempts) {
    super(message, usersFailure instanceof StackOverflowError ? null : usersFailure, false, false);
    this.usersFailure = usersFailure;
    this.attempts = attempts;
  }

  /** How many attempts there have been, this one included. */
  int attempts() {
    return attempts;
  }

  /** What the user's code has thrown, or this if that could not travel. */
  Throwable usersFailure() {
    return usersFailure == null ? this : usersFailure;
  }

  /**
   * @param label the operations of the stage
   */
  static TaskFailedException of(
      Throwable failure, String label, int partition, TaskContext context) {
    Throwable cause = userException(failure);
    if (cause instanceof TaskFailedException told) {
      return told;
    }
    String text =
        StageRuntime.headline(cause)
            + "\n  in stage "
            + context.stageId()
            + " ("
            + label
            + "), partition "
            + partition
            + " of "
            + context.numPartitions()
            + (cause instanceof OutOfMemoryError ? whereMemoryEnded() : "");
    return new TaskFailedException(
        text, travels(cause) ? cause : null, context.attemptNumber() + 1);
  }

  private static String whereMemoryEnded() {
    SparkEnv spark = SparkEnv.get();
    BlockManagerId here = spark.blockManager().blockManagerId();
    return here.isDriver()
        ? ""
        : "\n  on "
            + ExecutorLosses.executor(here.executorId(), here.host())
            + ", which has spark.executor.memory="
            + spark.conf().get("spark.executor.memory", "1g");
  }

  /** A failure within a task whose end will say where it was. */
  static RuntimeException thrown(Exception failure) {
    return failure instanceof RuntimeException e ? e : new Carrier(failure);
  }

  private static Throwable userException(Throwable failure) {
    Throwable e = failure;
    while (e instanceof Carrier && e.getCause() != null) {
      e = e.getCause();
    }
    return StageRuntime.userException(e);
  }

  /** An exception may hold what can't be serialized; then its words have to do. */
  private static boolean travels(Throwable cause) {
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(cause);
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Brings a checked exception through Scala's iterators. */
  private static final class Carrier extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Carrier(Exception cause) {
      super(Throwables.describe(cause), cause);
    }
  }
}
