package io.millrace.internal.scheduler;

import io.millrace.internal.system.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may hang, done on a thread of its own: whoever waits for it does so for a while, and leaves
 * it behind then.
 *
 * @param <T> what it yields
 */
final class Errand<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Errand.class);

  private final String what;
  private final Supplier<T> body;
  private final Consumer<? super T> unwanted;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final Thread thread;

  /**
   * @param what it is, for messages
   * @param unwanted is given, on the same thread, what comes after nobody waits for it any more
   */
  Errand(String threadName, String what, Supplier<T> body, Consumer<? super T> unwanted) {
    this.what = what;
    this.body = body;
    this.unwanted = unwanted;
    this.thread = Threads.daemon(threadName, this::run);
  }

  /** One that yields nothing. */
  static Errand<Boolean> of(String threadName, String what, Runnable body) {
    return new Errand<>(
        threadName,
        what,
        () -> {
          body.run();
          return true;
        },
        done -> {});
  }

  private void run() {
    try {
      T made = body.get();
      if (!result.complete(made)) {
        unwanted.accept(made);
      }
    } catch (Throwable e) {
      if (!result.completeExceptionally(e)) {
        LOG.info("{} has failed after nobody waited for it any more", what, e);
      }
    }
  }

  String what() {
    return what;
  }

  Thread thread() {
    return thread;
  }

  void start() {
    thread.start();
  }

  /**
   * Waits for the result for a while.
   *
   * @return empty if there is none yet
   * @throws RuntimeException as the errand has thrown it, as are errors
   */
  Optional<T> poll(Duration limit) throws InterruptedException {
    try {
      return Optional.of(result.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(what + " has failed", e.getCause());
    }
  }

  /** Says that nobody waits for the result any more; false if it is there. */
  boolean giveUp(RuntimeException reason) {
    return result.completeExceptionally(reason);
  }

  /** Waits for the end of the thread, but no longer than that. */
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
