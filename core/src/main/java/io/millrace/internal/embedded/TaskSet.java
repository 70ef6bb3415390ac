package io.millrace.internal.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Some tasks that any thread may help to run. Threads claim tasks by number; the first failure
 * stops further claims.
 */
final class TaskSet {

  /** Runs task {@code number} to its end, retries included. */
  @FunctionalInterface
  interface Body {
    void run(int number) throws Throwable;
  }

  private final Body body;
  private final int numTasks;
  private final Thread owner;
  private final long startNanos;
  private final AtomicInteger nextTask = new AtomicInteger();
  private final AtomicInteger numRunning = new AtomicInteger();
  private final AtomicBoolean shared = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  TaskSet(int numTasks, long startNanos, Body body) {
    this.numTasks = numTasks;
    this.startNanos = startNanos;
    this.body = body;
    this.owner = Thread.currentThread();
  }

  long startNanos() {
    return startNanos;
  }

  /** Tasks that nobody has claimed. */
  int numUnclaimed() {
    return failure.get() != null ? 0 : Math.max(0, numTasks - nextTask.get());
  }

  /** True for the one caller that may offer this set to the workers. */
  boolean share() {
    return !shared.get() && shared.compareAndSet(false, true);
  }

  boolean isShared() {
    return shared.get();
  }

  /** Whether no thread is running a task. */
  boolean isDone() {
    return numRunning.get() == 0;
  }

  /** Runs tasks until none is left to claim. */
  void help() {
    numRunning.incrementAndGet();
    try {
      while (failure.get() == null) {
        int number = nextTask.getAndIncrement();
        if (number >= numTasks) {
          return;
        }
        try {
          body.run(number);
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        }
      }
    } finally {
      if (numRunning.decrementAndGet() == 0) {
        LockSupport.unpark(owner);
      }
    }
  }

  /** Waits, on the owner's thread, until no thread is running a task; then rethrows a failure. */
  void join() throws Throwable {
    boolean interrupted = false;
    while (numRunning.get() > 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      owner.interrupt();
    }
    Throwable failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }
}
