package io.millrace.stream;

import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchSubmitted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointOpened;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPhase;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPlanned;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerInputSkipped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationCompleted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerOutputOperationStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverError;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStarted;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerReceiverStopped;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerStreamingStarted;

/**
 * Hears what a streaming context does.
 *
 * <p>Calls come one at a time, in order, on a thread of the context's own; a slow listener delays
 * other listeners, never a batch. Events wait in a queue of {@code
 * millrace.streaming.listenerQueueSize}; when it is full, events are dropped and the log says how
 * many. An exception is logged and the next event comes all the same. Calling {@link
 * StreamingContext#stop()} from here marks the context to stop and returns.
 */
public interface StreamingListener {

  default void onStreamingStarted(StreamingListenerStreamingStarted started) {}

  default void onReceiverStarted(StreamingListenerReceiverStarted started) {}

  default void onReceiverError(StreamingListenerReceiverError error) {}

  default void onReceiverStopped(StreamingListenerReceiverStopped stopped) {}

  default void onBatchSubmitted(StreamingListenerBatchSubmitted submitted) {}

  default void onBatchStarted(StreamingListenerBatchStarted started) {}

  default void onBatchCompleted(StreamingListenerBatchCompleted completed) {}

  default void onOutputOperationStarted(StreamingListenerOutputOperationStarted started) {}

  default void onOutputOperationCompleted(StreamingListenerOutputOperationCompleted completed) {}

  default void onInputSkipped(StreamingListenerInputSkipped skipped) {}

  default void onCheckpointOpened(StreamingListenerCheckpointOpened opened) {}

  default void onCheckpointPhase(StreamingListenerCheckpointPhase entered) {}

  default void onCheckpointPlanned(StreamingListenerCheckpointPlanned planned) {}
}
