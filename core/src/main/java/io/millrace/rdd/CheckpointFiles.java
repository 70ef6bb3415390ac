package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The records of a checkpointed dataset, a file for each partition. */
record CheckpointFiles<T>(String directory, List<String> files, RecordFormat format)
    implements BlockSetNode.BlockSet<T> {

  /**
   * What was written to a directory as a whole.
   *
   * @throws UncheckedIOException if there is no complete checkpoint
   */
  static <T> CheckpointFiles<T> in(String directory, RecordFormat format) {
    try {
      return new CheckpointFiles<>(directory, PartFiles.complete(directory), format);
    } catch (IOException e) {
      throw new UncheckedIOException("no checkpoint can be read: " + e.getMessage(), e);
    }
  }

  /** The files that a node reads, if it reads a checkpoint. */
  static Optional<CheckpointFiles<?>> of(PlanNode<?> node) {
    return node instanceof BlockSetNode<?> blocks
            && blocks.blocks() instanceof CheckpointFiles<?> files
        ? Optional.of(files)
        : Optional.empty();
  }

  @Override
  public int numPartitions() {
    return files.size();
  }

  @Override
  public RecordReader<T> open(int partition, TaskContext context) throws IOException {
    return ObjectFiles.open(format, files.get(partition));
  }

  @Override
  public long numRecords() {
    return -1;
  }

  @Override
  public boolean holdsRecords() {
    return false;
  }

  @Override
  public String description() {
    return directory;
  }
}
