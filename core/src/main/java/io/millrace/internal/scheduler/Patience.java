package io.millrace.internal.scheduler;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.JobFailedException;
import io.millrace.internal.checkpoint.RowsNotStoredException;
import io.millrace.spi.Clock;
import io.millrace.spi.LostRecordsException;
import io.millrace.spi.checkpoint.FailedSyncException;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.stream.CheckpointException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries writes to a checkpoint again while its storage fails, since a full disk may be given room
 * and a network may come back. The batch waits meanwhile, and input with it. A write that neither
 * fails nor returns is the affair of {@link StorageWatch}.
 */
final class Patience {

  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long MAX_PAUSE_MILLIS = 5_000;

  private final Clock clock;
  private final Duration limit;
  private final BooleanSupplier isStopping;
  private final Executor writers;
  private volatile @Nullable String writing;
  private volatile @Nullable Probe probe;

  /**
   * @param limit how long a write is tried, zero for once
   * @param isStopping ends the waiting
   * @param writers make what is begun before it is waited for; may refuse it
   */
  Patience(Clock clock, Duration limit, BooleanSupplier isStopping, Executor writers) {
    this.clock = clock;
    this.limit = limit;
    this.isStopping = isStopping;
    this.writers = writers;
  }

  /** Looks whether the checkpoint is there at all. */
  @FunctionalInterface
  interface Probe {

    /**
     * @throws CorruptionException if it is not
     * @throws IOException if that is not known
     */
    void run() throws IOException;
  }

  /** From here on nothing is tried again in a place that is not that of the checkpoint any more. */
  void probeBy(Probe other) {
    probe = other;
  }

  /** A write that can be repeated. */
  @FunctionalInterface
  interface Write<T> {
    T run() throws IOException;
  }

  /**
   * Writes, again and again if need be.
   *
   * @param what names the write in errors
   * @throws CheckpointException if it has failed for too long, or can't succeed
   * @throws JobFailedException if what is to be written is lost, for which the storage can do
   *     nothing: a new attempt at the batch makes it again
   */
  <T> T write(String what, Write<T> write) {
    return write(what, write, failure -> true);
  }

  /**
   * As {@link #write(String, Write)}, of a job whose tasks run user code and write rows of what it
   * yields. User code runs again with each attempt; its failures are thrown as they are.
   */
  <T> T writeRows(String what, Write<T> job) {
    return write(what, job, failure -> failure.getCause() instanceof RowsNotStoredException);
  }

  /**
   * Begins a write that is waited for later, by {@link #write} with {@link ForwardWrite#await}: the
   * failure of this attempt at it shows then.
   */
  ForwardWrite begin(ForwardWrite.Write write) {
    return ForwardWrite.begin(write, writers);
  }

  /** What is being written, for others who ask; empty if nothing is. */
  Optional<String> writing() {
    return Optional.ofNullable(writing);
  }

  private <T> T write(
      String what, Write<T> write, Predicate<? super JobFailedException> isOfStorage) {
    writing = what;
    try {
      return writeUntil(what, write, isOfStorage);
    } finally {
      writing = null;
    }
  }

  private <T> T writeUntil(
      String what, Write<T> write, Predicate<? super JobFailedException> isOfStorage) {
    long startNanos = clock.nanoTime();
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      try {
        return write.run();
      } catch (IOException | JobFailedException e) {
        if (e instanceof JobFailedException failure
            && (LostRecordsException.isBehind(failure) || !isOfStorage.test(failure))) {
          throw failure;
        }
        long leftMillis = limit.toMillis() - elapsedMillis(startNanos);
        if (!mayPass(e) || leftMillis <= 0 || isStopping.getAsBoolean()) {
          throw new CheckpointException(
              "the checkpoint can't be written any more (" + what + "): " + reason(e), e);
        }
        requirePresent(what);
        LOG.error(
            "the checkpoint can't be written ({}): {}; the batch waits, and it is tried again in {}"
                + " ms",
            what,
            reason(e),
            pause);
        await(Math.min(pause, leftMillis));
        pause = Math.min(2 * pause, MAX_PAUSE_MILLIS);
      }
    }
  }

  private void requirePresent(String what) {
    Probe present = probe;
    if (present != null) {
      try {
        present.run();
      } catch (CorruptionException gone) {
        throw new CheckpointException(
            "the checkpoint can't be written any more (" + what + "): " + reason(gone), gone);
      } catch (IOException e) {
        LOG.debug("it is not known whether the checkpoint is still there", e);
      }
    }
  }

  /** Whether a failure is of a kind that ends when somebody sees to the storage. */
  static boolean mayPass(Exception e) {
    Throwable root = e instanceof JobFailedException ? e.getCause() : e;
    root = root instanceof RowsNotStoredException ? root.getCause() : root;
    return root instanceof IOException
        && !(root instanceof FencedException)
        && !(root instanceof StorageWatch.GivenUpException)
        && !(root instanceof FailedSyncException)
        && !(root instanceof CorruptionException)
        && !(root instanceof FormatVersionException);
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private long elapsedMillis(long sinceNanos) {
    return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - sinceNanos);
  }

  private void await(long millis) {
    try {
      clock.awaitMillis(clock.millis() + millis, isStopping);
    } catch (InterruptedException e) {
      // Only a stop interrupts the batch thread; the next attempt is the last then.
      Thread.currentThread().interrupt();
    }
  }
}
