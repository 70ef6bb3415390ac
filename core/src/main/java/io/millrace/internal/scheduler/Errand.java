package io.millrace.internal.scheduler;

import io.millrace.internal.system.Threads;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may hang, done on a thread of its own: whoever waits for it does so for a while, and leaves
 * it behind then.
 */
final class Errand {

  private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

  private final String what;
  private final Thread thread;

  /**
   * @param what it is, for messages
   */
  Errand(String threadName, String what, Runnable body) {
    this.what = what;
    this.thread = Threads.daemon(threadName, body);
  }

  Thread thread() {
    return thread;
  }

  void start() {
    thread.start();
  }

  /** Waits for the end of it, but no longer than that. */
  void await(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
    if (thread.isAlive()) {
      leaveBehind(what, thread);
    }
  }

  /** Interrupts a thread that nobody waits for any more, and says where it hangs. */
  static void leaveBehind(String what, Thread thread) {
    thread.interrupt();
    IllegalStateException where =
        new IllegalStateException(what + " ran here when its context had to stop");
    where.setStackTrace(thread.getStackTrace());
    LOG.error(
        "{} on {} does not react to cancellation; the context stops without it",
        what,
        thread.getName(),
        where);
  }
}
