package io.millrace.stream;

import java.util.List;

/**
 * What one input stream gave to one batch.
 *
 * @param inputStreamId number of the stream in its context
 * @param numRecords records in the batch, or -1 if the source does not know before it is read;
 *     final once the batch has completed
 * @param description what was read: offsets, file names
 * @param skippedInputs names of the inputs that the batch went without, since they could not be
 *     read or were given up
 */
public record StreamInputInfo(
    int inputStreamId, long numRecords, String description, List<String> skippedInputs) {

  public StreamInputInfo {
    skippedInputs = List.copyOf(skippedInputs);
  }

  /** Without inputs that were left out. */
  public StreamInputInfo(int inputStreamId, long numRecords, String description) {
    this(inputStreamId, numRecords, description, List.of());
  }
}
