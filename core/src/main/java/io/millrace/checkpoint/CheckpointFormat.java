package io.millrace.checkpoint;

import io.millrace.spi.checkpoint.CheckpointStorage;
import java.io.IOException;
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
}
