package io.millrace.stream;

import org.jspecify.annotations.Nullable;

/**
 * One output operation of one batch.
 *
 * @param batchTime the batch
 * @param id number of the operation, in order of declaration, from 0
 * @param name the operation that the user called, such as {@code foreachRDD}
 * @param description the operation with the stream it reads
 * @param startTime milliseconds of the context's clock, or -1 if it has not started
 * @param endTime the same, or -1 if it has not ended
 * @param failureReason why it failed, or null if it did not
 */
public record OutputOperationInfo(
    Time batchTime,
    int id,
    String name,
    String description,
    long startTime,
    long endTime,
    @Nullable String failureReason) {

  /** Milliseconds from start to end, or -1 if it has not ended. */
  public long duration() {
    return endTime < 0 ? -1 : endTime - startTime;
  }
}
