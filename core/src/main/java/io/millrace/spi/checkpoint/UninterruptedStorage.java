package io.millrace.spi.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A store whose calls are carried out by threads of its own, so that an interrupt of the caller
 * reaches none of them. For clients that give a call up when its thread is interrupted: then nobody
 * knows whether it was carried out, and {@link CheckpointStorage} has an interrupt be no reason to
 * fail. The caller waits to the end, however long that takes, and keeps its interrupt.
 *
 * <p>A failure is the very exception that the store threw, with the caller's stack trace appended
 * to its own. Safe for concurrent use, as the store is.
 */
public final class UninterruptedStorage implements CheckpointStorage {

  private final CheckpointStorage storage;
  private final ExecutorService threads;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /** Opens a store. */
  @FunctionalInterface
  public interface Opening {
    CheckpointStorage open() throws IOException;
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }

  private UninterruptedStorage(CheckpointStorage storage, ExecutorService threads) {
    this.storage = storage;
    this.threads = threads;
  }

  /**
   * Opens a store by a thread that nobody interrupts, and has all its calls be carried out by such
   * threads.
   *
   * @param threads takes every call at once, as a cached pool of daemon threads does: calls that
   *     queue would wait for each other. Shut down when the store is closed, or could not be opened
   * @param opening run once
   * @throws IOException that of {@code opening}
   */
  public static CheckpointStorage open(ExecutorService threads, Opening opening)
      throws IOException {
    boolean isOpen = false;
    try {
      CheckpointStorage storage = call(threads, opening::open);
      isOpen = true;
      return new UninterruptedStorage(storage, threads);
    } finally {
      if (!isOpen) {
        threads.shutdown();
      }
    }
  }

  private static <T> T call(ExecutorService threads, Call<T> call) throws IOException {
    Future<T> result = threads.submit(call::run);
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw failure(cause == null ? e : cause);
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException failure(Throwable thrown) {
    thrown.setStackTrace(
        Stream.of(thrown.getStackTrace(), new Throwable().getStackTrace())
            .flatMap(Arrays::stream)
            .toArray(StackTraceElement[]::new));
    if (thrown instanceof IOException failure) {
      return failure;
    }
    if (thrown instanceof RuntimeException failure) {
      throw failure;
    }
    if (thrown instanceof Error failure) {
      throw failure;
    }
    return new IOException(thrown.toString(), thrown);
  }

  private <T> T call(Call<T> call) throws IOException {
    try {
      return call(threads, call);
    } catch (RejectedExecutionException e) {
      throw new IOException(
          location() + " has been closed by this program, and takes no more calls", e);
    }
  }

  private void run(Action action) throws IOException {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  @Override
  public String location() {
    return storage.location();
  }

  @Override
  public boolean putIfAbsent(String name, List<ByteBuffer> content) throws IOException {
    return call(() -> storage.putIfAbsent(name, content));
  }

  @Override
  public byte[] read(String name, long offset, int length) throws IOException {
    return call(() -> storage.read(name, offset, length));
  }

  @Override
  public byte[] read(String name) throws IOException {
    return call(() -> storage.read(name));
  }

  @Override
  public List<StoredObject> list(String directory) throws IOException {
    return call(() -> storage.list(directory));
  }

  @Override
  public void delete(String name) throws IOException {
    run(() -> storage.delete(name));
  }

  @Override
  public void sweep() throws IOException {
    run(storage::sweep);
  }

  /** Closes the store, as one more call; those that are under way then end as the store has it. */
  @Override
  public void close() throws IOException {
    if (isClosed.compareAndSet(false, true)) {
      try {
        run(storage::close);
      } finally {
        threads.shutdown();
      }
    }
  }
}
