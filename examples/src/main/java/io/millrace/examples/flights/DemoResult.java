package io.millrace.examples.flights;

import java.util.Locale;

/**
 * How a run of the demo went.
 *
 * @param batches hours played
 * @param records flights in them
 * @param elapsedMillis of the wall clock, from start to stop
 * @param batchMillisP50 what half of the batches took at most
 * @param batchMillisP99 what 99 of 100 batches took at most
 * @param digest a fingerprint of every hour's table and of the totals
 * @param skippedRows rows that have no time, and so belong to no hour
 * @param malformedRows rows that have a time and are no flights all the same
 * @param hasRowsLeft whether rows follow that belong to later hours
 */
public record DemoResult(
    long batches,
    long records,
    long elapsedMillis,
    double batchMillisP50,
    double batchMillisP99,
    String digest,
    long skippedRows,
    long malformedRows,
    boolean hasRowsLeft) {

  /** The figures in one line of JSON. */
  public String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"batches\":%d,\"records\":%d,\"elapsedMillis\":%d,"
            + "\"batchMillisP50\":%.3f,\"batchMillisP99\":%.3f,\"digest\":\"%s\"}",
        batches,
        records,
        elapsedMillis,
        batchMillisP50,
        batchMillisP99,
        digest);
  }
}
