package io.millrace.internal.scheduler;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes in the background what a checkpoint does not need any more, so that batches do not wait
 * for it. What can't be deleted is tried again after the next batch; what is left when the program
 * ends goes with its next start.
 *
 * <p>No more than {@value #MAX_WAITING} names wait. If they come faster than they can be deleted, a
 * batch waits; if deleting fails all the time, those beyond that are left to the next start.
 */
final class CleanUp {

  private static final Logger LOG = LoggerFactory.getLogger(CleanUp.class);

  /** Names of objects that wait to be deleted. */
  static final int MAX_WAITING = 10_000;

  private final CheckpointStorage storage;
  private final Executor executor;

  // Guarded by this.
  private final Deque<String> waiting = new ArrayDeque<>();
  private boolean isBusy;
  private boolean isDeleting;
  private boolean isClosed;

  /**
   * @param executor has room for one task of this
   */
  CleanUp(CheckpointStorage storage, Executor executor) {
    this.storage = storage;
    this.executor = executor;
  }

  /** Takes names of objects that are to go. */
  void offer(List<String> names) throws InterruptedException {
    synchronized (this) {
      while (isBusy && waiting.size() + names.size() > MAX_WAITING) {
        wait();
      }
      names.stream().limit(MAX_WAITING - waiting.size()).forEach(waiting::add);
      if (isBusy || isClosed || waiting.isEmpty()) {
        return;
      }
      isBusy = true;
    }
    executor.execute(this::run);
  }

  private void run() {
    try {
      for (Optional<String> name = next(); name.isPresent(); name = next()) {
        storage.delete(name.get());
        deleted();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("cleaning up the checkpoint failed; it is tried again after the next batch", e);
    } finally {
      end();
    }
  }

  private synchronized Optional<String> next() {
    isDeleting = !isClosed && !waiting.isEmpty();
    return isDeleting ? Optional.of(waiting.getFirst()) : Optional.empty();
  }

  private synchronized void deleted() {
    waiting.removeFirst();
  }

  private synchronized void end() {
    isBusy = false;
    isDeleting = false;
    notifyAll();
  }

  /** Deletes nothing more; waits for the call under way. */
  synchronized void close() {
    isClosed = true;
    try {
      while (isDeleting) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.info("the checkpoint is being cleaned up when its context ends");
    }
  }
}
