package io.millrace.internal.scheduler;

import io.millrace.UnreadableInput;
import io.millrace.source.UnreadableInputException;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.graph.InputNode;
import java.util.Objects;
import java.util.Optional;

/**
 * What becomes of an input that a checkpoint has recorded and that can't be read again.
 *
 * @param location of the checkpoint
 */
record RecordedInputPolicy(UnreadableInput onUnreadable, StreamIds ids, String location) {

  /**
   * Refuses to go on with a batch whose input can't be read, unless the program goes on without.
   *
   * @throws CheckpointException names the input, its source, the batch and what can be done
   */
  void requireSkipped(InputNode<?> input, long batch, UnreadableInputException unreadable) {
    boolean isSeparable = UnreadableInputs.separable(input).isPresent();
    if (onUnreadable == UnreadableInput.FAIL || !isSeparable) {
      throw new CheckpointException(
          "batch "
              + batch
              + " can't be run again: "
              + unreadable.getMessage()
              + "\n  "
              + remedies(input, batch, unreadable.input())
              + (isSeparable
                  ? ""
                  : "\n  "
                      + input
                      + " can't leave single inputs out of its ranges, so skip does not help; give"
                      + " up all that it gave to the batch, by that command without --input"),
          unreadable);
    }
  }

  /** That a source can't hand out again what it gave to a batch: names both and the remedies. */
  CheckpointException gone(InputNode<?> input, long batch, Exception failure) {
    String id = ids.ofNode(input);
    return new CheckpointException(
        "batch "
            + batch
            + " can't be run again: "
            + Objects.requireNonNullElse(failure.getMessage(), failure.toString())
            + "\n  put the input of source "
            + id
            + " ("
            + input
            + ") back as the batch has recorded it, or give up all that the source gave to the"
            + " batch by: "
            + GiveUpCommand.ofAll(location, id, batch),
        failure);
  }

  String remedies(InputNode<?> input, long batch, String name) {
    String id = ids.ofNode(input);
    return UnreadableInputs.remedies(
        "source " + id + " (" + input + ") in batch " + batch,
        name,
        Optional.of(GiveUpCommand.of(location, id, batch, name)));
  }
}
