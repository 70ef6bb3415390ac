package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKind;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which batch comes next: its number, its time, how many ticks it merges, and whether it is that of
 * a window end which has passed. Used by the batch thread.
 */
final class BatchSequence {

  private static final Logger LOG = LoggerFactory.getLogger(BatchSequence.class);

  private final TickSchedule schedule;
  private final BatchClock clock;
  private final WindowEnds windowEnds;
  private long number;
  private long previousMillis;

  /** Time of the last batch that has asked the sources. */
  private long askedMillis;

  /** Up to where the log says which window ends have passed. */
  private long loggedEndMillis = Long.MIN_VALUE;

  /** Ticks were missed while no driver ran; they merge into the first one, whatever the clock. */
  private boolean isAfterOutage;

  /**
   * No new batch is cut before this: the driver before this one may have run batches up to now that
   * had nothing to commit, and no two batches have the same time.
   */
  private final long notBeforeMillis;

  /** After the last batch that the journal knows of. */
  BatchSequence(TickSchedule schedule, BatchClock clock, WindowEnds windowEnds, Journal journal) {
    this.schedule = schedule;
    this.clock = clock;
    this.windowEnds = windowEnds;
    this.number = journal.lastNumber();
    this.previousMillis = journal.lastMillis().orElseGet(() -> schedule.floor(clock.millis()));
    this.askedMillis = previousMillis;
    this.isAfterOutage = journal.lastMillis().isPresent();
    this.notBeforeMillis = schedule.firstAfter(clock.millis());
    journal.lastInputMillis().ifPresent(millis -> windowEnds.restore(previousMillis, millis));
  }

  /** Number of the last batch that has begun. */
  long number() {
    return number;
  }

  /** Time of the last batch that has asked the sources. */
  long askedMillis() {
    return askedMillis;
  }

  /** The same once {@code batch} has ended. */
  long askedMillis(OpenBatch batch) {
    return batch.isCatchUp() ? askedMillis : batch.time().milliseconds();
  }

  /** When the next tick is. */
  long nextMillis() {
    return tickAfter(previousMillis);
  }

  private long tickAfter(long millis) {
    long tick = schedule.firstAfter(millis);
    return isAfterOutage ? Math.max(tick, notBeforeMillis) : tick;
  }

  /** Whether the batch after one that has not ended is due already. */
  boolean isDueAfter(OpenBatch batch) {
    return !isAfterOutage && clock.millis() >= schedule.firstAfter(batch.time().milliseconds());
  }

  /** Begins a batch that another driver has planned. */
  OpenBatch again(RecordedBatch recorded) {
    previousMillis = recorded.previousMillis();
    number = Math.max(number, recorded.number());
    TickSchedule.Due due = new TickSchedule.Due(recorded.timeMillis(), recorded.numMergedTicks());
    return new OpenBatch(recorded.number(), recorded.kind(), due, previousMillis, true);
  }

  /** Begins the batch that is due, or, on stopping, the next one before its tick. */
  OpenBatch next() {
    number++;
    OpenBatch next = batch(number, previousMillis, askedMillis);
    isAfterOutage &= next.isCatchUp();
    return next;
  }

  /** The batch after one that has not ended; it is to {@link #begin} later. */
  OpenBatch after(OpenBatch batch) {
    return batch(batch.number() + 1, batch.time().milliseconds(), askedMillis(batch));
  }

  /** Begins a batch that {@link #after} has given. */
  void begin(OpenBatch planned) {
    number = planned.number();
  }

  /** Begins the batch of a window end that has passed by now, if there is one. */
  Optional<OpenBatch> nextPassedEnd() {
    OptionalLong end = passedEnd(previousMillis, schedule.firstAfter(clock.millis()));
    if (end.isEmpty()) {
      return Optional.empty();
    }
    number++;
    return Optional.of(catchUp(number, end.getAsLong(), previousMillis));
  }

  /** Goes on after a batch, whether or not it has failed. */
  void ended(OpenBatch batch) {
    askedMillis = askedMillis(batch);
    previousMillis = batch.time().milliseconds();
  }

  /** At the next tick, unless a window that ended before it comes first. */
  private OpenBatch batch(long ofNumber, long afterMillis, long askedAtMillis) {
    long timeMillis =
        schedule.due(tickAfter(afterMillis), clock.millis(), clock.isDriven()).timeMillis();
    OptionalLong end = passedEnd(afterMillis, timeMillis);
    if (end.isPresent()) {
      return catchUp(ofNumber, end.getAsLong(), afterMillis);
    }
    TickSchedule.Due due =
        new TickSchedule.Due(timeMillis, schedule.numTicks(askedAtMillis, timeMillis) - 1);
    return new OpenBatch(ofNumber, BatchKind.IDLE, due, afterMillis, false);
  }

  private static OpenBatch catchUp(long ofNumber, long endMillis, long afterMillis) {
    TickSchedule.Due due = new TickSchedule.Due(endMillis, 0);
    return new OpenBatch(ofNumber, BatchKind.CATCH_UP, due, afterMillis, false);
  }

  private OptionalLong passedEnd(long afterMillis, long beforeMillis) {
    OptionalLong end = windowEnds.next(afterMillis, beforeMillis);
    if (end.isPresent() && end.getAsLong() > loggedEndMillis) {
      WindowEnds.Passed passed = windowEnds.passed(afterMillis, beforeMillis);
      loggedEndMillis = passed.lastMillis();
      LOG.info(
          "{} window ends up to {} have passed since the batch of {}; each is run as a batch of its"
              + " own, without input, before that of {}",
          passed.count(),
          Instant.ofEpochMilli(passed.lastMillis()),
          Instant.ofEpochMilli(afterMillis),
          Instant.ofEpochMilli(beforeMillis));
    }
    return end;
  }
}
