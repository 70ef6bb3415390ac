package io.millrace.internal.embedded;

import java.util.HashSet;
import java.util.Set;

/**
 * The threads that are inside user code of a job, so that ending the job can interrupt them. Made
 * on the thread that runs the job, the owner.
 */
final class RunningThreads {

  private final Thread owner = Thread.currentThread();
  private final Set<Thread> inside = new HashSet<>();
  private boolean interrupting;

  /** Returns whether the thread was interrupted before, for {@link #leave}. */
  boolean enter() {
    Thread current = Thread.currentThread();
    boolean wasInterrupted = current.isInterrupted();
    synchronized (this) {
      inside.add(current);
      if (interrupting) {
        current.interrupt();
      }
    }
    return wasInterrupted;
  }

  /**
   * After this, no interrupt of ours arrives, and one that has arrived is taken back. On a worker
   * so is one that user code left behind, since the next task there is another's; on the owner that
   * remains, as does one from before {@link #enter}.
   */
  void leave(boolean wasInterrupted) {
    Thread current = Thread.currentThread();
    boolean isOurs;
    synchronized (this) {
      inside.remove(current);
      isOurs = interrupting;
    }
    if (!current.equals(owner)) {
      Thread.interrupted();
    } else if (isOurs && Thread.interrupted() && wasInterrupted) {
      current.interrupt();
    }
  }

  boolean isOwner() {
    return Thread.currentThread().equals(owner);
  }

  /** Interrupts the threads that are inside, and from now on each that enters. */
  synchronized void interruptAll() {
    interrupting = true;
    inside.forEach(Thread::interrupt);
  }
}
