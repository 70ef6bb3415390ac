package io.millrace.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one batch. Times are milliseconds of the context's clock, -1 for what has not
 * happened yet.
 *
 * @param number 1, 2, 3 …
 * @param batchTime end of the interval that the batch covers
 * @param numMergedTicks ticks that had gone by and became part of this batch, beside its own
 * @param streamIdToInputInfo what each input stream gave
 * @param submissionTime when the batch was due
 * @param processingStartTime when its first work began
 * @param processingEndTime when its last output ended
 * @param processingNanos real time from start to end in nanoseconds, whatever the clock
 * @param outputOperationInfos the output operations, by id
 * @param states what the states amount to after the batch; empty before it has completed
 * @param checkpoint what it took to make the batch durable; empty without a checkpoint, for a batch
 *     that left nothing to commit, and before it has completed
 */
public record BatchInfo(
    long number,
    Time batchTime,
    long numMergedTicks,
    Map<Integer, StreamInputInfo> streamIdToInputInfo,
    long submissionTime,
    long processingStartTime,
    long processingEndTime,
    long processingNanos,
    Map<Integer, OutputOperationInfo> outputOperationInfos,
    List<StateInfo> states,
    Optional<CheckpointInfo> checkpoint) {

  public BatchInfo {
    streamIdToInputInfo = Map.copyOf(streamIdToInputInfo);
    outputOperationInfos = Map.copyOf(outputOperationInfos);
    states = List.copyOf(states);
  }

  /** Records from all inputs whose number is known. */
  public long numRecords() {
    return streamIdToInputInfo.values().stream()
        .mapToLong(input -> Math.max(0, input.numRecords()))
        .sum();
  }

  /** Inputs, such as files, that the batch went without. */
  public long numSkippedInputs() {
    return streamIdToInputInfo.values().stream()
        .mapToLong(input -> input.skippedInputs().size())
        .sum();
  }

  /** Milliseconds from being due to the first work, or -1. */
  public long schedulingDelay() {
    return processingStartTime < 0 ? -1 : processingStartTime - submissionTime;
  }

  /** Milliseconds of work, of real time, or -1. */
  public long processingDelay() {
    return processingNanos < 0 ? -1 : processingTime().toMillis();
  }

  /** Milliseconds from being due to the end, or -1. */
  public long totalDelay() {
    return processingNanos < 0 ? -1 : schedulingDelay() + processingDelay();
  }

  /** Real time of the work; zero before the batch has completed. */
  public Duration processingTime() {
    return Duration.ofNanos(Math.max(0, processingNanos));
  }

  /** Whether an output operation failed. */
  public boolean hasFailed() {
    return outputOperationInfos.values().stream()
        .anyMatch(operation -> operation.failureReason() != null);
  }
}
