package io.millrace.spark;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Throwables;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** One Spark job, from its submission to its results or its failure. */
final class SparkJob {

  private static final String INTERRUPT = "spark.job.interruptOnCancel";
  private static final String DESCRIPTION = "spark.job.description";

  private final SparkContext spark;
  private final StageRdd stage;
  private final String description;
  private final Cancellation cancellation;
  private final Cancellation closing;

  SparkJob(
      SparkContext spark,
      StageRdd stage,
      String description,
      Cancellation cancellation,
      Cancellation closing) {
    this.spark = spark;
    this.stage = stage;
    this.description = description;
    this.cancellation = cancellation;
    this.closing = closing;
  }

  /** Runs the tasks of some partitions; results are in their order. */
  List<TaskResult> run(ResultTask.Body body, List<Integer> partitions) {
    if (partitions.isEmpty()) {
      return List.of();
    }
    TaskResult[] results = new TaskResult[partitions.size()];
    long mark = ExecutorLosses.mark(spark);
    SimpleFutureAction<BoxedUnit> action;
    try {
      action = submit(body, partitions, new Collecting(results));
    } catch (IllegalStateException e) {
      throw failure(e, mark);
    }
    Runnable cancel = action::cancel;
    cancellation.onCancel(cancel);
    closing.onCancel(cancel);
    try {
      Try<BoxedUnit> end = await(action);
      if (end.isFailure()) {
        throw failure(end.failed().get(), mark);
      }
    } finally {
      cancellation.forget(cancel);
      closing.forget(cancel);
    }
    for (TaskResult result : results) {
      result.locals().deliver();
    }
    return Arrays.asList(results);
  }

  private SimpleFutureAction<BoxedUnit> submit(
      ResultTask.Body body, List<Integer> partitions, Collecting into) {
    String interrupts = spark.getLocalProperty(INTERRUPT);
    String described = spark.getLocalProperty(DESCRIPTION);
    spark.setLocalProperty(INTERRUPT, "true");
    spark.setLocalProperty(DESCRIPTION, description);
    try {
      return spark.submitJob(
          stage,
          new ResultTask(body, stage.work()),
          ScalaSeqs.ofInts(partitions),
          into,
          new Done());
    } finally {
      spark.setLocalProperty(INTERRUPT, interrupts);
      spark.setLocalProperty(DESCRIPTION, described);
    }
  }

  /** Waits for the end, which a cancellation brings about; an interrupt is for later. */
  private static Try<BoxedUnit> await(SimpleFutureAction<BoxedUnit> action) {
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          Await.ready(action, Duration.Inf());
          return action.value().get();
        } catch (InterruptedException e) {
          wasInterrupted = true;
        } catch (java.util.concurrent.TimeoutException e) {
          throw new IllegalStateException("for ever has passed", e);
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @param mark when the job began, for {@link ExecutorLosses}
   */
  private RuntimeException failure(Throwable failed, long mark) {
    if (cancellation.isCancelled() || closing.isCancelled()) {
      boolean byEngine = !cancellation.isCancelled();
      JobCancelledException cancelled =
          new JobCancelledException(
              description + " was cancelled" + (byEngine ? ": its engine was closed" : ""));
      cancelled.addSuppressed(failed);
      return cancelled;
    }
    Optional<TaskFailedException> told = Throwables.find(failed, TaskFailedException.class);
    if (told.isPresent()) {
      int attempts = told.get().attempts();
      return new JobFailedException(
          told.get().getMessage()
              + "\n  of "
              + description
              + ", after "
              + attempts
              + (attempts == 1 ? " attempt" : " attempts"),
          told.get().usersFailure());
    }
    if (SparkFailures.isMissingLambda(failed)) {
      return new JobFailedException(
          description
              + " failed: "
              + SparkFailures.missingLambda(LambdaClasses.of(stage.work().description())),
          failed);
    }
    if (SparkFailures.isByLostExecutors(failed) && !spark.isStopped()) {
      Optional<String> losses = ExecutorLosses.since(mark, spark);
      if (losses.isPresent()) {
        return new JobFailedException(description + " failed: " + losses.get(), failed);
      }
    }
    return SparkFailures.failed(description, spark, failed);
  }

  /** Called by Spark's scheduler, by one thread at a time. */
  private static final class Collecting extends AbstractFunction2<Object, TaskResult, BoxedUnit> {

    private final TaskResult[] results;

    Collecting(TaskResult[] results) {
      this.results = results;
    }

    @Override
    public BoxedUnit apply(Object position, TaskResult result) {
      results[(Integer) position] = result;
      return BoxedUnit.UNIT;
    }
  }

  private static final class Done extends AbstractFunction0<BoxedUnit> {
    @Override
    public BoxedUnit apply() {
      return BoxedUnit.UNIT;
    }
  }
}
