package io.millrace.stream;

/**
 * What one input stream gave to one batch.
 *
 * @param inputStreamId number of the stream in its context
 * @param numRecords records in the batch, or -1 if the source does not know before it is read;
 *     final once the batch has completed
 * @param description what was read: offsets, file names
 */
public record StreamInputInfo(int inputStreamId, long numRecords, String description) {}
