package io.millrace.stream;

import java.util.List;

/** A fact about a streaming context, told to every {@link StreamingListener} in order. */
public sealed interface StreamingListenerEvent {

  /** The context has started; {@code time} in milliseconds of its clock. */
  record StreamingListenerStreamingStarted(long time) implements StreamingListenerEvent {}

  /** A batch was cut: its input is decided. */
  record StreamingListenerBatchSubmitted(BatchInfo batchInfo) implements StreamingListenerEvent {}

  /** The first work of a batch begins. */
  record StreamingListenerBatchStarted(BatchInfo batchInfo) implements StreamingListenerEvent {}

  /** A batch has ended, with or without failures. */
  record StreamingListenerBatchCompleted(BatchInfo batchInfo) implements StreamingListenerEvent {}

  /** An output operation begins. */
  record StreamingListenerOutputOperationStarted(OutputOperationInfo outputOperationInfo)
      implements StreamingListenerEvent {}

  /** An output operation has ended, with or without failure. */
  record StreamingListenerOutputOperationCompleted(OutputOperationInfo outputOperationInfo)
      implements StreamingListenerEvent {}

  /** A receiver has started. */
  record StreamingListenerReceiverStarted(ReceiverInfo receiverInfo)
      implements StreamingListenerEvent {}

  /** A receiver reported an error. */
  record StreamingListenerReceiverError(ReceiverInfo receiverInfo)
      implements StreamingListenerEvent {}

  /** A receiver has stopped. */
  record StreamingListenerReceiverStopped(ReceiverInfo receiverInfo)
      implements StreamingListenerEvent {}

  /**
   * A batch goes without inputs, such as files: they could not be read and {@code
   * millrace.streaming.onUnreadableInput} says skip, or an operator has given them up. Told once
   * the decision is durable, before the batch is run without them, and again by each driver that
   * repeats the batch.
   *
   * @param inputStreamId number of the stream in its context
   * @param source the stream as messages name it
   * @param inputs names of the inputs
   * @param byOperator whether an operator has decided so
   * @param reason what was wrong with them
   */
  record StreamingListenerInputSkipped(
      long batch,
      Time batchTime,
      int inputStreamId,
      String source,
      List<String> inputs,
      boolean byOperator,
      String reason)
      implements StreamingListenerEvent {
    public StreamingListenerInputSkipped {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * A checkpoint was opened, before the first batch.
   *
   * @param checkpointId identifies it
   * @param epoch number of this driver, 1 for the first
   * @param lastBatch number of the last committed batch, 0 for none
   * @param hasOpenBatch whether a batch was planned and is run again
   * @param nanos how long it took, until states and windows were restored
   */
  record StreamingListenerCheckpointOpened(
      String checkpointId, long epoch, long lastBatch, boolean hasOpenBatch, long nanos)
      implements StreamingListenerEvent {}

  /** A batch that is kept in a checkpoint has entered a phase. */
  record StreamingListenerCheckpointPhase(long batch, Time batchTime, CheckpointPhase phase)
      implements StreamingListenerEvent {}

  /** The context told what it would make of a checkpoint, instead of running. */
  record StreamingListenerCheckpointPlanned(CheckpointPlan plan)
      implements StreamingListenerEvent {}
}
