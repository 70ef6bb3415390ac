package io.millrace.internal.embedded;

import io.millrace.internal.system.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The engine's workers: one thread fewer than the parallelism, made once, because the thread that
 * asks for work takes part in it.
 *
 * <p>Small sets of tasks never leave the calling thread: workers are woken only once the caller has
 * spent {@value #HAND_OFF_MICROS} µs, which it notices between tasks and between chunks of records.
 * Waking a thread costs tens of microseconds, as much as a small batch. Where the set before had to
 * wake them, the next one does so at its first chance, since the stages of one job are alike; and
 * both sides look out for each other, {@value #MAX_LOOKS} times, before they sleep: some 50 µs.
 *
 * <p>A set that was worth sharing is shared at once when it comes again, in the next batch. As in
 * the branch predictors of processors, that is one bit in a table indexed by a hash: sets that meet
 * there, or a batch unlike the one before, cost a needless waking, or the wait for one.
 *
 * <p>Bound: the queue holds at most one invitation per worker and running set.
 */
final class TaskPool implements AutoCloseable {

  private static final int HAND_OFF_MICROS = 300;
  private static final int NUM_HABITS = 256;
  private static final int MAX_LOOKS = 2_000;
  private static final int MAX_CLOSE_SECONDS = 5;
  private static final long MAX_CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(MAX_CLOSE_SECONDS);
  private static final long HAND_OFF_NANOS = TimeUnit.MICROSECONDS.toNanos(HAND_OFF_MICROS);

  private final LinkedBlockingQueue<TaskSet> invitations = new LinkedBlockingQueue<>();
  private final List<Thread> workers = new ArrayList<>();
  private final LongSupplier nanoTime;

  /** By the last bits of a set's hash: whether it was worth sharing the last time. */
  private final AtomicIntegerArray habits = new AtomicIntegerArray(NUM_HABITS);

  private final AtomicBoolean closed = new AtomicBoolean();

  /** When the last set that was shared has ended. */
  private volatile long sharedUntilNanos;

  TaskPool(int parallelism, String name, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.sharedUntilNanos = nanoTime.getAsLong() - 2 * HAND_OFF_NANOS;
    for (int i = 1; i < parallelism; i++) {
      workers.add(Threads.daemon(name + "-worker-" + i, this::work));
    }
  }

  void start() {
    workers.forEach(Thread::start);
  }

  /**
   * Runs tasks {@code [0, numTasks)} and returns when all have ended; rethrows the first failure.
   *
   * @param habit a hash that is the same for the same set of the next batch
   */
  void run(int habit, int numTasks, TaskBody body) throws Throwable {
    boolean wasWorthIt = numTasks > 1 && habits.getPlain(habit & (NUM_HABITS - 1)) != 0;
    long now = nanoTime.getAsLong();
    TaskSet[] self = new TaskSet[1];
    Runnable progress = () -> offer(self[0]);
    TaskSet set =
        new TaskSet(numTasks, beginning(now, wasWorthIt), number -> body.run(number, progress));
    self[0] = set;
    if (wasWorthIt) {
      invite(set, numTasks - 1);
    }
    set.help();
    try {
      if (set.isShared()) {
        lookOut(set::isDone);
      }
      set.join();
    } finally {
      if (set.isShared()) {
        long ended = nanoTime.getAsLong();
        sharedUntilNanos = ended;
        // Busy workers would come to these much later, and hold on to all that the set knows.
        invitations.removeIf(set::equals);
        // With help half the time is enough to say that the set would have been long without.
        habits.setPlain(habit & (NUM_HABITS - 1), ended - now > HAND_OFF_NANOS / 2 ? 1 : 0);
      }
    }
  }

  /**
   * When the spending on a new set began: before it, if it follows one that was shared or is to be
   * shared itself.
   */
  private long beginning(long now, boolean isLong) {
    return isLong || now - sharedUntilNanos < HAND_OFF_NANOS ? now - HAND_OFF_NANOS : now;
  }

  /** Waits a moment for a condition without giving up the processor. */
  private static void lookOut(BooleanSupplier condition) {
    for (int i = 0; i < MAX_LOOKS && !condition.getAsBoolean(); i++) {
      Thread.onSpinWait();
    }
  }

  /** A task; {@code progress} is to be called between chunks of work. */
  @FunctionalInterface
  interface TaskBody {
    void run(int number, Runnable progress) throws Throwable;
  }

  private void offer(TaskSet set) {
    if (set.numUnclaimed() > 0 && nanoTime.getAsLong() - set.startNanos() > HAND_OFF_NANOS) {
      invite(set, set.numUnclaimed());
    }
  }

  private void invite(TaskSet set, int numTasks) {
    if (!workers.isEmpty() && set.share()) {
      int invited = Math.min(workers.size(), numTasks);
      for (int i = 0; i < invited; i++) {
        invitations.add(set);
      }
    }
  }

  private void work() {
    while (!closed.get()) {
      try {
        lookOut(() -> !invitations.isEmpty());
        invitations.take().help();
      } catch (InterruptedException e) {
        // Either close() asks us to end, which the loop's condition sees, or a cancelled job meant
        // to interrupt a task that has just ended; there is nothing else to interrupt here.
        continue;
      }
    }
  }

  /**
   * Interrupts the workers and waits until they have ended, for {@value #MAX_CLOSE_SECONDS} s at
   * most: user code may not heed the interrupt.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    workers.forEach(Thread::interrupt);
    long startNanos = nanoTime.getAsLong();
    try {
      for (Thread worker : workers) {
        long spentNanos = nanoTime.getAsLong() - startNanos;
        long leftMillis = MAX_CLOSE_MILLIS - TimeUnit.NANOSECONDS.toMillis(spentNanos);
        if (worker != Thread.currentThread() && leftMillis > 0) {
          worker.join(leftMillis);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
