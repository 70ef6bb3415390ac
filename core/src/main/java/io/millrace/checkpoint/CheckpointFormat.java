package io.millrace.checkpoint;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * Makes sense of a checkpoint's objects; found by {@link java.util.ServiceLoader}. For implementers
 * of runtimes; tools use {@link CheckpointReader}.
 *
 * <p>Safe for concurrent use. Only reads.
 */
public interface CheckpointFormat {

  /** See {@link CheckpointReader#contents()}. */
  CheckpointContents contents(CheckpointStorage storage) throws IOException;

  /** See {@link CheckpointReader#verify()}. */
  List<CheckpointProblem> verify(CheckpointStorage storage) throws IOException;

  /** See {@link InputGiveUp#claim}; claims the checkpoint. */
  ClaimedInputs claimInputs(
      CheckpointStorage storage, String source, long batch, List<String> inputs) throws IOException;

  /** Inputs of an open batch, in a checkpoint that was claimed. */
  interface ClaimedInputs {

    /** The names of the inputs; empty if the source does not name what it gave. */
    List<String> names();

    /** What the source gave to the batch, as it is recorded. */
    String range();

    /** See {@link InputGiveUp#record}. */
    void record(Instant time, String reason) throws IOException;
  }
}
