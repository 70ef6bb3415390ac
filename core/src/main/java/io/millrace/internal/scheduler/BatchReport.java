package io.millrace.internal.scheduler;

import io.millrace.stream.BatchInfo;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a context's batches: a line for each at DEBUG, a summary at INFO once in a period, and
 * a warning while batches are behind.
 *
 * <p>A batch is late if it ends more than two batch intervals after its first tick: then it takes
 * longer than its interval, or waits for others that do. Batches are behind once all have been late
 * for a second or more, and in time again once none has been for as long. Used by the batch thread.
 */
final class BatchReport {

  /** How many batch intervals after its first tick a batch is late. */
  static final long LATE_INTERVALS = 2;

  /** Batches are behind when late ones have followed each other for so long. */
  static final Duration BEHIND_AFTER = Duration.ofSeconds(1);

  private final Logger log;
  private final String name;
  private final long intervalMillis;
  private final long summaryNanos;
  private final Lateness lateness = new Lateness();

  private long summaryStartNanos;
  private long numBatches;
  private long numFailed;
  private long numRecords;
  private long numMergedTicks;
  private long processingNanos;
  private long maxProcessingNanos;
  private long maxDelayMillis;

  /**
   * @param summaryPeriod zero for no summaries
   * @param nowNanos of the monotonic clock, as in all calls
   */
  BatchReport(String name, long intervalMillis, Duration summaryPeriod, long nowNanos) {
    this(LoggerFactory.getLogger(BatchReport.class), name, intervalMillis, summaryPeriod, nowNanos);
  }

  BatchReport(Logger log, String name, long intervalMillis, Duration summaryPeriod, long nowNanos) {
    this.log = log;
    this.name = name;
    this.intervalMillis = intervalMillis;
    this.summaryNanos = summaryPeriod.toNanos();
    this.summaryStartNanos = nowNanos;
  }

  /**
   * @param isTimed whether its lateness says something: not if it runs again, or on a clock that
   *     waits for the batches
   */
  void completed(BatchInfo info, boolean isTimed, long nowNanos) {
    logBatch(info);
    if (isTimed) {
      checkLateness(info, nowNanos);
    }
    numBatches++;
    numFailed += info.hasFailed() ? 1 : 0;
    numRecords += info.numRecords();
    numMergedTicks += info.numMergedTicks();
    processingNanos += info.processingNanos();
    maxProcessingNanos = Math.max(maxProcessingNanos, info.processingNanos());
    maxDelayMillis = Math.max(maxDelayMillis, info.schedulingDelay());
    if (nowNanos - summaryStartNanos >= summaryNanos) {
      summarize(info.number(), nowNanos);
    }
  }

  /** Writes the last summary. */
  void ended(long lastNumber, long nowNanos) {
    if (numBatches > 0) {
      summarize(lastNumber, nowNanos);
    }
  }

  private void logBatch(BatchInfo info) {
    if (log.isDebugEnabled()) {
      log.debug(
          "batch {} at {}: {} records in {} ms, {} ms late{}{}",
          info.number(),
          info.batchTime().toInstant(),
          info.numRecords(),
          millis(info.processingNanos()),
          info.schedulingDelay(),
          info.numMergedTicks() == 0 ? "" : ", with " + info.numMergedTicks() + " missed ticks",
          info.hasFailed() ? ", FAILED" : "");
    }
  }

  private void summarize(long lastNumber, long nowNanos) {
    if (summaryNanos > 0 && log.isInfoEnabled()) {
      log.info(
          "{}: {} batches up to number {} in {} s, {} records; processing {} ms on average, {} ms at"
              + " most; up to {} ms late{}{}",
          name,
          numBatches,
          lastNumber,
          String.format(Locale.ROOT, "%.1f", (nowNanos - summaryStartNanos) / 1e9),
          numRecords,
          millis(processingNanos / numBatches),
          millis(maxProcessingNanos),
          maxDelayMillis,
          numMergedTicks == 0 ? "" : ", " + numMergedTicks + " missed ticks",
          numFailed == 0 ? "" : ", " + numFailed + " FAILED");
    }
    summaryStartNanos = nowNanos;
    numBatches = 0;
    numFailed = 0;
    numRecords = 0;
    numMergedTicks = 0;
    processingNanos = 0;
    maxProcessingNanos = 0;
    maxDelayMillis = 0;
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }

  private void checkLateness(BatchInfo info, long nowNanos) {
    long firstTickMillis = info.batchTime().milliseconds() - info.numMergedTicks() * intervalMillis;
    long delayMillis = info.processingEndTime() - firstTickMillis;
    switch (lateness.next(delayMillis > LATE_INTERVALS * intervalMillis, nowNanos)) {
      case BEGINS ->
          log.warn(
              "{} is behind: batch {} has ended {} ms after its first tick, with a batch interval of"
                  + " {} ms, and took {} ms. Use a longer interval, more cores, or a bound on what a"
                  + " batch reads",
              name,
              info.number(),
              delayMillis,
              intervalMillis,
              millis(info.processingNanos()));
      case ENDS -> log.warn("{} is in time again since batch {}", name, info.number());
      case NONE -> {}
    }
  }

  /** Hysteresis between late and in time. */
  private static final class Lateness {

    private enum Change {
      NONE,
      BEGINS,
      ENDS
    }

    private boolean isBehind;
    private boolean wasLate;
    private long sinceNanos;

    Change next(boolean isLate, long nowNanos) {
      if (isLate != wasLate) {
        wasLate = isLate;
        sinceNanos = nowNanos;
      }
      if (isLate == isBehind || nowNanos - sinceNanos < BEHIND_AFTER.toNanos()) {
        return Change.NONE;
      }
      isBehind = isLate;
      return isLate ? Change.BEGINS : Change.ENDS;
    }
  }
}
