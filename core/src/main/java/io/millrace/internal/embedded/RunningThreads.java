package io.millrace.internal.embedded;

import io.millrace.spi.Cancellation;
import java.util.HashSet;
import java.util.Set;

/** The threads that are inside user code of a job, so that cancelling it can interrupt them. */
final class RunningThreads {

  private final Set<Thread> threads = new HashSet<>();

  synchronized void enter(Cancellation cancellation) {
    threads.add(Thread.currentThread());
    if (cancellation.isCancelled()) {
      Thread.currentThread().interrupt();
    }
  }

  /** After this, no interrupt of ours arrives; one that has arrived is taken back. */
  synchronized void leave(Cancellation cancellation) {
    threads.remove(Thread.currentThread());
    if (cancellation.isCancelled()) {
      Thread.interrupted();
    }
  }

  synchronized void interruptAll() {
    threads.forEach(Thread::interrupt);
  }
}
