package io.millrace.s3;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs calls on threads of its own, so that an interrupt of the caller reaches none of them: the S3
 * client gives a call up when its thread is interrupted, and then nobody knows whether it was
 * carried out. The caller waits to the end and keeps its interrupt.
 *
 * <p>There are never more threads than callers that wait; idle ones end after a minute. Safe for
 * concurrent use.
 */
final class IoThreads implements AutoCloseable {

  private final ExecutorService threads;

  /** What is run. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  /** What is run for its effect. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  IoThreads(String name) {
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Runs a call and waits for its end, however long that takes.
   *
   * @throws IOException that of the call; or that this is closed
   */
  <T> T call(Call<T> call) throws IOException {
    Future<T> result = submit(call);
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
      throw rethrown(e);
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** {@link #call}, without a result. */
  void run(Action action) throws IOException {
    call(
        () -> {
          action.run();
          return true;
        });
  }

  private <T> Future<T> submit(Call<T> call) throws IOException {
    try {
      return threads.submit(call::run);
    } catch (RejectedExecutionException e) {
      throw new IOException("the store has been closed", e);
    }
  }

  private static IOException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof IOException failure) {
      return failure;
    }
    if (cause instanceof RuntimeException failure) {
      throw failure;
    }
    if (cause instanceof Error failure) {
      throw failure;
    }
    return new IOException(String.valueOf(cause), cause);
  }

  /** Calls under way run to their end. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
