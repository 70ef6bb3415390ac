package io.millrace.sink;

import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Who opens a sink.
 *
 * @param checkpointId identifies the checkpoint, a UUID in its usual form
 * @param outputId identifies the output within the program; at most 200 characters
 * @param epoch of the driver, at least 1, higher than that of any driver that started before it on
 *     this checkpoint
 * @param owner a random number that the driver drew when it started, the one that it has claimed
 *     its epoch with. Two drivers can be of one epoch if a checkpoint directory was copied; a sink
 *     tells them apart by this number and lets only the first of them in
 * @param background runs what need not be done while a batch waits, one task at a time; may refuse
 *     it with a {@link java.util.concurrent.RejectedExecutionException}, and drops it when the
 *     program ends. Tasks are not needed for what was committed to be right
 */
public record SinkContext(
    String checkpointId, String outputId, long epoch, UUID owner, Executor background) {

  /** Of a driver that does everything at once. */
  public SinkContext(String checkpointId, String outputId, long epoch, UUID owner) {
    this(checkpointId, outputId, epoch, owner, Runnable::run);
  }

  public SinkContext {
    if (epoch < 1) {
      throw new IllegalArgumentException("epochs count from 1, not " + epoch);
    }
    if (outputId.isEmpty() || outputId.length() > 200) {
      throw new IllegalArgumentException(
          "an output id has 1 to 200 characters, not " + outputId.length() + ": " + outputId);
    }
  }
}
