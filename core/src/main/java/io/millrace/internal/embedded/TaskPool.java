package io.millrace.internal.embedded;

import io.millrace.internal.system.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The engine's workers: one thread fewer than the parallelism, made once, because the thread that
 * asks for work takes part in it.
 *
 * <p>Small sets of tasks never leave the calling thread: workers are woken only once the caller has
 * spent {@value #HAND_OFF_MICROS} µs, which it notices between tasks and between chunks of records.
 * Waking a thread costs tens of microseconds, as much as a small batch.
 *
 * <p>Bound: the queue holds at most one invitation per worker and running set.
 */
final class TaskPool implements AutoCloseable {

  private static final int HAND_OFF_MICROS = 300;
  private static final long HAND_OFF_NANOS = TimeUnit.MICROSECONDS.toNanos(HAND_OFF_MICROS);

  private final LinkedBlockingQueue<TaskSet> invitations = new LinkedBlockingQueue<>();
  private final List<Thread> workers = new ArrayList<>();
  private final LongSupplier nanoTime;
  private volatile boolean closed;

  TaskPool(int parallelism, String name, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (int i = 1; i < parallelism; i++) {
      workers.add(Threads.daemon(name + "-worker-" + i, this::work));
    }
  }

  void start() {
    workers.forEach(Thread::start);
  }

  /**
   * Runs tasks {@code [0, numTasks)} and returns when all have ended; rethrows the first failure.
   */
  void run(int numTasks, TaskBody body) throws Throwable {
    TaskSet[] self = new TaskSet[1];
    TaskSet set =
        new TaskSet(
            numTasks, nanoTime.getAsLong(), number -> body.run(number, () -> offer(self[0])));
    self[0] = set;
    set.help();
    set.join();
  }

  /** A task; {@code progress} is to be called between chunks of work. */
  @FunctionalInterface
  interface TaskBody {
    void run(int number, Runnable progress) throws Throwable;
  }

  private void offer(TaskSet set) {
    if (!workers.isEmpty()
        && set.numUnclaimed() > 0
        && nanoTime.getAsLong() - set.startNanos() > HAND_OFF_NANOS
        && set.share()) {
      int invited = Math.min(workers.size(), set.numUnclaimed());
      for (int i = 0; i < invited; i++) {
        invitations.add(set);
      }
    }
  }

  private void work() {
    while (!closed) {
      try {
        invitations.take().help();
      } catch (InterruptedException e) {
        // Either close() asks us to end, which the loop's condition sees, or a cancelled job meant
        // to interrupt a task that has just ended; there is nothing else to interrupt here.
        continue;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    workers.forEach(Thread::interrupt);
  }
}
