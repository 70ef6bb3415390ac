package io.millrace.internal.scheduler;

import io.millrace.spi.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of a batch loop: a machine's clock under {@link DisciplinedTime}, or a clock that is
 * driven by someone who counts on every tick, as it is. Read by the batch thread.
 */
final class BatchClock {

  private static final Logger LOG = LoggerFactory.getLogger(BatchClock.class);

  /** How far apart readings of the two clocks may be to count as one instant. */
  private static final long MAX_GAP_NANOS = 500_000;

  private static final int MAX_READINGS = 5;

  private final Clock clock;
  private final @Nullable DisciplinedTime time;

  /** The wall clock's time of the last reading. */
  private long wallMillis;

  /**
   * @param startMillis a time before which no batch may be, such as that of the last one
   * @param maxStep the largest step forward of the wall clock that is followed
   */
  BatchClock(Clock clock, long startMillis, Duration maxStep) {
    this.clock = clock;
    this.time =
        isDriven()
            ? null
            : new DisciplinedTime(
                startMillis,
                clock.millis(),
                clock.nanoTime(),
                maxStep.toMillis(),
                new Warnings(maxStep));
  }

  /**
   * The clock after a restart. A last batch may have been cut before its tick by a graceful stop:
   * only a time further ahead than that tells of a clock that was set back meanwhile.
   *
   * @param lastMillis time of the last batch of the driver before
   */
  static BatchClock resumed(
      Clock clock, Optional<Long> lastMillis, long intervalMillis, Duration maxStep) {
    long wallMillis = clock.millis();
    long last = lastMillis.orElse(wallMillis);
    return new BatchClock(clock, last - wallMillis > intervalMillis ? last : wallMillis, maxStep);
  }

  /** Whether every tick is run, since someone counts on that. */
  boolean isDriven() {
    return clock.missedTicks() == Clock.MissedTicks.RUN_EACH;
  }

  /** Milliseconds since the epoch; on a machine's clock never less than before. */
  long millis() {
    DisciplinedTime disciplined = time;
    return disciplined == null ? clock.millis() : read(disciplined);
  }

  /**
   * Reads both clocks at one instant: again if the thread was kept from running in between, since
   * the wall clock would seem to be set then.
   */
  private long read(DisciplinedTime disciplined) {
    long nanos = clock.nanoTime();
    for (int i = 0; i < MAX_READINGS; i++) {
      wallMillis = clock.millis();
      long afterNanos = clock.nanoTime();
      boolean isTight = afterNanos - nanos <= MAX_GAP_NANOS;
      nanos = afterNanos;
      if (isTight) {
        break;
      }
    }
    return disciplined.read(wallMillis, nanos);
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  /**
   * Waits until {@link #millis()} is at least {@code targetMillis} or {@code cancelled} is true.
   */
  void awaitMillis(long targetMillis, BooleanSupplier cancelled) throws InterruptedException {
    DisciplinedTime disciplined = time;
    if (disciplined == null) {
      clock.awaitMillis(targetMillis, cancelled);
      return;
    }
    long left = targetMillis - read(disciplined);
    while (left > 0 && !cancelled.getAsBoolean()) {
      // From the reading that says what is left: the clock may have gone on since.
      clock.awaitMillis(wallMillis + disciplined.elapsedMillis(left), cancelled);
      left = targetMillis - read(disciplined);
    }
  }

  /** Makes who waits in {@link #awaitMillis} ask {@code cancelled} again; for any thread. */
  void wake() {
    clock.wake();
  }

  private record Warnings(Duration maxStep) implements DisciplinedTime.Notices {

    @Override
    public void ahead(long aheadMillis) {
      LOG.warn(
          "the wall clock was set back, to {} before the time of the batches: batches go on, and the"
              + " batch interval takes 10 % longer until the clock has caught up, for {}",
          Duration.ofMillis(aheadMillis), Duration.ofMillis(aheadMillis * DisciplinedTime.SLEWED));
    }

    @Override
    public void met() {
      LOG.info("the wall clock has caught up with the time of the batches");
    }

    @Override
    public void stepIgnored(long stepMillis) {
      LOG.warn(
          "the wall clock was set forward by {}; batch times do not follow until a restart,"
              + " since millrace.streaming.maxClockJump is {}",
          Duration.ofMillis(stepMillis),
          maxStep);
    }
  }
}
