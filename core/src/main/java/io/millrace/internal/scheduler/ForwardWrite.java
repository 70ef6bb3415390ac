package io.millrace.internal.scheduler;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A write that is begun before somebody has to wait for it. It is made once, by another thread or,
 * if none has come to it, by the one that waits; so it needs no thread to come to its end.
 */
final class ForwardWrite {

  private static final Logger LOG = LoggerFactory.getLogger(ForwardWrite.class);

  /** What is to be done; it can be repeated. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  private final Write write;
  private FutureTask<Boolean> attempt;

  private ForwardWrite(Write write) {
    this.write = write;
    this.attempt = attempt(write);
  }

  private static FutureTask<Boolean> attempt(Write write) {
    return new FutureTask<>(
        () -> {
          write.run();
          return true;
        });
  }

  /**
   * Begins a write.
   *
   * @param writers make it meanwhile; work that they refuse is done by whoever waits
   */
  static ForwardWrite begin(Write write, Executor writers) {
    ForwardWrite begun = new ForwardWrite(write);
    try {
      writers.execute(begun.attempt);
    } catch (RejectedExecutionException e) {
      LOG.debug("no thread is free for a write; it is made when it is waited for", e);
    }
    return begun;
  }

  /**
   * Waits until it is made; an interrupt is for later. Once it has failed, this is the next attempt
   * at it. For one thread alone.
   *
   * @throws IOException as the write
   */
  boolean await() throws IOException {
    attempt.run();
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return attempt.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
        } catch (ExecutionException e) {
          attempt = attempt(write);
          throw rethrown(Objects.requireNonNullElse(e.getCause(), e));
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException rethrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    return (IOException) failure;
  }
}
