package io.millrace.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Remembers why executors were lost. Where a stage reads a shuffle, Spark reports the loss of an
 * executor as missing shuffle files, and what has ended the executor in its log alone.
 */
final class ExecutorLosses extends SparkListener {

  private static final int MAX_KEPT = 32;
  private static final int MAX_TOLD = 3;
  private static final long MAX_WAIT_MILLIS = 2_000;
  private static final String OUT_OF_MEMORY = OutOfMemoryError.class.getName();

  /** The exit code of an executor that has ended itself for want of memory. */
  private static final String EXIT_OUT_OF_MEMORY = "code 52";

  /** The exit code of a process that was killed. */
  private static final String EXIT_KILLED = "code 137";

  private static final Map<SparkContext, ExecutorLosses> BY_CONTEXT =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param text of a task that ran out of memory its message, otherwise executor and reason
   */
  private record Loss(long number, String text, boolean isOutOfMemory, boolean isKilled) {}

  private final Deque<Loss> losses = new ArrayDeque<>();
  private long numLosses;

  /** Begins to remember; once for each context. */
  static void watch(SparkContext spark) {
    BY_CONTEXT.computeIfAbsent(
        spark,
        context -> {
          ExecutorLosses made = new ExecutorLosses();
          context.addSparkListener(made);
          return made;
        });
  }

  /** A point in time, from which on losses are asked for. */
  static long mark(SparkContext spark) {
    ExecutorLosses of = BY_CONTEXT.get(spark);
    return of == null ? 0 : of.count();
  }

  /** What has happened to executors since then, as a sentence; empty if nothing has. */
  static Optional<String> since(long mark, SparkContext spark) {
    ExecutorLosses of = BY_CONTEXT.get(spark);
    if (of == null) {
      return Optional.empty();
    }
    try {
      spark.listenerBus().waitUntilEmpty(MAX_WAIT_MILLIS);
    } catch (TimeoutException e) {
      // What has come so far will have to do.
    }
    return of.told(mark, spark.conf().get("spark.executor.memory", "1g"));
  }

  private synchronized long count() {
    return numLosses;
  }

  private synchronized Optional<String> told(long mark, String memory) {
    List<Loss> found = losses.stream().filter(loss -> loss.number() > mark).toList();
    for (Loss loss : found) {
      if (loss.isOutOfMemory()) {
        return Optional.of("an executor ran out of memory: " + loss.text() + ". " + remedy(memory));
      }
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>(found.stream().map(Loss::text).distinct().toList());
    int more = texts.size() - MAX_TOLD;
    String all =
        "executors were lost: "
            + String.join("; ", texts.subList(0, Math.min(MAX_TOLD, texts.size())))
            + (more > 0 ? "; and " + more + " more" : "");
    return Optional.of(
        found.stream().anyMatch(Loss::isKilled)
            ? all
                + ". Code 137 is SIGKILL, as of a machine or container without memory: raise"
                + " spark.executor.memoryOverhead there, or lower spark.executor.memory="
                + memory
            : all + ". See their logs");
  }

  /** What to do where tasks need more memory than their executor has. */
  static String remedy(String memory) {
    return "Raise spark.executor.memory="
        + memory
        + ", use more partitions, or give executors fewer cores (spark.executor.cores)";
  }

  private synchronized void add(String text, boolean isOutOfMemory, boolean isKilled) {
    numLosses++;
    losses.addLast(new Loss(numLosses, text, isOutOfMemory, isKilled));
    if (losses.size() > MAX_KEPT) {
      losses.removeFirst();
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd ended) {
    if (ended.reason() instanceof ExceptionFailure failure
        && (failure.className().equals(OUT_OF_MEMORY)
            || String.valueOf(failure.description()).startsWith(OUT_OF_MEMORY))) {
      String executor = executor(ended.taskInfo().executorId(), ended.taskInfo().host());
      String description = String.valueOf(failure.description());
      add(
          description.contains(executor) ? description : description + " on " + executor,
          true,
          false);
    }
  }

  /** How an executor is named in messages. */
  static String executor(String id, String host) {
    return "executor " + id + " (" + host + ")";
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    String reason = removed.reason();
    boolean isOutOfMemory = reason.endsWith(EXIT_OUT_OF_MEMORY);
    add(
        "executor "
            + removed.executorId()
            + ": "
            + reason.strip()
            + (isOutOfMemory ? " (" + OUT_OF_MEMORY + ")" : ""),
        isOutOfMemory,
        reason.endsWith(EXIT_KILLED));
  }
}
