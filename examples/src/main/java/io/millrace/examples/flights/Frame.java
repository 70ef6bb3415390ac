package io.millrace.examples.flights;

/**
 * A moment of the demo, to be shown.
 *
 * @param numBatches how many there will be
 * @param lastBatchMillis how long the batch before this one took
 */
record Frame(HourTable table, long numBatches, double lastBatchMillis) {}
