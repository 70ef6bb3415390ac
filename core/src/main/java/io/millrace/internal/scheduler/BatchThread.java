package io.millrace.internal.scheduler;

import io.millrace.internal.system.Threads;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batch loop on its thread: how it comes to its end, or is left behind. */
final class BatchThread {

  private static final Logger LOG = LoggerFactory.getLogger(BatchThread.class);

  /** The wait is measured by a clock that may not be the machine's. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BatchLoop loop;
  private final Clock clock;
  private final Cancellation cancellation;
  private final Thread thread;

  // Guarded by this.
  private boolean isStoppingAtOnce;
  private boolean hasEnded;

  /**
   * @param cancellation of the jobs that the loop runs
   */
  BatchThread(String name, BatchLoop loop, Clock clock, Cancellation cancellation) {
    this.loop = loop;
    this.clock = clock;
    this.cancellation = cancellation;
    this.thread = Threads.daemon(name, this::run);
  }

  private void run() {
    try {
      loop.run();
    } finally {
      synchronized (this) {
        hasEnded = true;
        notifyAll();
      }
    }
  }

  Thread thread() {
    return thread;
  }

  void start() {
    thread.start();
  }

  /** As {@link BatchLoop#stop}. */
  void stop(boolean gracefully) {
    if (!gracefully) {
      synchronized (this) {
        isStoppingAtOnce = true;
        notifyAll();
      }
    }
    loop.stop(gracefully);
  }

  /** As {@link BatchLoop#abandon}. */
  void abandon() {
    loop.abandon();
  }

  /** Cancels jobs, and interrupts what user code does outside of jobs. */
  void cancel() {
    stop(false);
    cancellation.cancel();
    thread.interrupt();
  }

  /**
   * Waits for the end of a loop that has been told to stop, and sees to it that it comes.
   *
   * @param gracefully how long it may take by itself, unless it is told to stop at once
   * @param cancelled how long it may take to notice that it is cancelled then
   * @return whether it has ended; if not, it is left behind
   */
  boolean end(Duration gracefully, Supplier<Duration> cancelled) throws InterruptedException {
    if (!isStoppingAtOnce()) {
      if (await(gracefully, true)) {
        return true;
      }
      if (!isStoppingAtOnce()) {
        LOG.warn(
            "{} has not finished within {}; cancelling what runs", thread.getName(), gracefully);
      }
    }
    cancel();
    if (await(cancelled.get(), false)) {
      return true;
    }
    loop.abandon();
    Errand.leaveBehind("user code", thread);
    return false;
  }

  private synchronized boolean isStoppingAtOnce() {
    return isStoppingAtOnce;
  }

  /** Waits for the end, and no longer once {@code untilAtOnce} and a stop at once is asked for. */
  private synchronized boolean await(Duration timeout, boolean untilAtOnce)
      throws InterruptedException {
    long deadline = clock.nanoTime() + timeout.toNanos();
    long left = timeout.toNanos();
    while (!hasEnded && left > 0 && !(untilAtOnce && isStoppingAtOnce)) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, MAX_WAIT_NANOS));
      left = deadline - clock.nanoTime();
    }
    return hasEnded;
  }
}
