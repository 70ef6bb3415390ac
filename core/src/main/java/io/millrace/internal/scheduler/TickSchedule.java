package io.millrace.internal.scheduler;

/**
 * The instants at which batches are cut: the multiples of the batch interval, counted from the
 * epoch.
 *
 * @param intervalMillis at least 1
 * @param mergeAfterMillis how late a tick may be and still be run by itself. Schedulers, garbage
 *     collectors and virtual machines take a few milliseconds away now and then; with intervals of
 *     that order the ticks in between are caught up with in no time, while merging them would blur
 *     every window
 */
record TickSchedule(long intervalMillis, long mergeAfterMillis) {

  /** A batch time and how many earlier ticks it takes with it. */
  record Due(long timeMillis, long numMerged) {}

  /** The last tick at or before {@code millis}. */
  long floor(long millis) {
    return Math.floorDiv(millis, intervalMillis) * intervalMillis;
  }

  /** The first tick after {@code millis}. */
  long firstAfter(long millis) {
    return floor(millis) + intervalMillis;
  }

  /** How many ticks there are in {@code (afterMillis, toMillis]}. */
  long numTicks(long afterMillis, long toMillis) {
    return (floor(toMillis) - floor(afterMillis)) / intervalMillis;
  }

  /**
   * The batch to run at {@code nowMillis} when {@code nextMillis} is the earliest tick not run yet
   * and is due. A tick that is more than {@link #mergeAfterMillis} late has been missed.
   *
   * @param runsEach whether ticks that were missed are run all the same, rather than merged
   */
  Due due(long nextMillis, long nowMillis, boolean runsEach) {
    boolean isMissed = !runsEach && nowMillis - nextMillis > mergeAfterMillis;
    long last = isMissed ? floor(nowMillis) : nextMillis;
    return new Due(last, (last - nextMillis) / intervalMillis);
  }
}
