package io.millrace.stream;

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
