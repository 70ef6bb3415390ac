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

  /** Between two looks, if there is a batch between them. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Checkpoint checkpoint;
  private final Clock clock;
  private long lookedNanos;

  CheckpointPresence(Checkpoint checkpoint, Clock clock) {
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.lookedNanos = clock.nanoTime();
  }

  /**
   * Looks, if it is time. Not while something is being written to the log.
   *
   * @throws CheckpointException if the checkpoint is gone
   */
  void look() {
    long now = clock.nanoTime();
    if (now - lookedNanos < INTERVAL.toNanos()) {
      return;
    }
    lookedNanos = now;
    try {
      checkpoint.requirePresent();
    } catch (CorruptionException e) {
      throw new CheckpointException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      LOG.debug("it is not known whether the checkpoint is still there", e);
    }
  }
}
