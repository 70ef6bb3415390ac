package io.millrace.stream;

import io.millrace.source.SourceContext;
import io.millrace.spi.DataFiles;
import io.millrace.spi.DataFiles.FileStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lists a directory that is not local on a thread of its own. A batch waits {@value
 * #MAX_WAIT_MILLIS} ms for its listing; one that takes longer goes to the next batch that asks, and
 * until then no other is begun.
 */
final class DirectoryWatch {

  private static final long MAX_WAIT_MILLIS = 200;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final DataFiles storage;
  private final String directory;

  // Guarded by lock.
  private boolean isWanted;
  private boolean isClosed;
  private @Nullable List<FileStatus> listed;
  private @Nullable Exception failure;

  DirectoryWatch(DataFiles storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  void start(SourceContext context) {
    context.spawn("files-" + context.streamId(), this::run);
  }

  private void run() {
    try {
      while (awaitWanted()) {
        List<FileStatus> found = null;
        Exception failed = null;
        try {
          found = storage.list(directory);
        } catch (IOException | RuntimeException e) {
          failed = e;
        }
        publish(found, failed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the context ends
    }
  }

  private boolean awaitWanted() throws InterruptedException {
    lock.lock();
    try {
      while (!isClosed && (!isWanted || listed != null || failure != null)) {
        changed.await();
      }
      return !isClosed;
    } finally {
      lock.unlock();
    }
  }

  private void publish(@Nullable List<FileStatus> found, @Nullable Exception failed) {
    lock.lock();
    try {
      isWanted = false;
      listed = found;
      failure = failed;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The files of the directory, or empty if the storage has not answered yet.
   *
   * @throws Exception what the storage threw
   */
  Optional<List<FileStatus>> next() throws Exception {
    lock.lockInterruptibly();
    try {
      isWanted = true;
      changed.signalAll();
      long left = TimeUnit.MILLISECONDS.toNanos(MAX_WAIT_MILLIS);
      while (listed == null && failure == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      List<FileStatus> found = listed;
      Exception failed = failure;
      listed = null;
      failure = null;
      if (failed != null) {
        throw failed;
      }
      return Optional.ofNullable(found);
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      isClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
