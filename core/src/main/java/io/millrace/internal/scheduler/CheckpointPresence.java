package io.millrace.internal.scheduler;

import io.millrace.CorruptionException;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.spi.Clock;
import io.millrace.stream.CheckpointException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the place of a running program's checkpoint still holds it. Without
 * that, a program whose directory was deleted could go on for long: what it writes is put where
 * nobody reads it.
 */
final class CheckpointPresence {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointPresence.class);

  /** Between two looks, of time or of batch time, if there is a batch between them. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Checkpoint checkpoint;
  private final Clock clock;
  private long lookedNanos;
  private long lookedMillis = Long.MIN_VALUE;

  CheckpointPresence(Checkpoint checkpoint, Clock clock) {
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.lookedNanos = clock.nanoTime();
  }

  /**
   * Looks, if it is time. Not while something is being written to the log.
   *
   * @param batchMillis time of the batch that begins
   * @throws CheckpointException if the checkpoint is gone
   */
  void look(long batchMillis) {
    long now = clock.nanoTime();
    if (lookedMillis == Long.MIN_VALUE) {
      lookedMillis = batchMillis;
    }
    if (now - lookedNanos < INTERVAL.toNanos()
        && batchMillis - lookedMillis < INTERVAL.toMillis()) {
      return;
    }
    lookedNanos = now;
    lookedMillis = batchMillis;
    try {
      checkpoint.requirePresent();
    } catch (CorruptionException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      LOG.debug("it is not known whether the checkpoint is still there", e);
    }
  }
}
