package io.millrace.benchmarks.cluster;

/**
 * When the cluster ran a job, by the wall clock of the driver.
 *
 * @param startMillis when the scheduler took it up
 * @param endMillis when it had the last result
 */
public record JobTime(long startMillis, long endMillis) {}
