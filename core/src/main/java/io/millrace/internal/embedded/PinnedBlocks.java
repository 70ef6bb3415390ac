package io.millrace.internal.embedded;

import io.millrace.LocalStorageException;
import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import java.util.List;

/** Records that live in the {@link BlockStore} and nowhere else. */
final class PinnedBlocks<T> implements BlockSetNode.BlockSet<T> {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int numPartitions;
  private final long numRecords;
  private transient BlockStore.Block[] blocks = {};

  PinnedBlocks(String operation, List<? extends List<?>> partitions) {
    this.operation = operation;
    this.numPartitions = partitions.size();
    this.numRecords = partitions.stream().mapToLong(List::size).sum();
  }

  void keptAs(BlockStore.Block[] kept) {
    blocks = kept;
  }

  @Override
  public int numPartitions() {
    return numPartitions;
  }

  @Override
  public long numRecords() {
    return numRecords;
  }

  @Override
  public RecordReader<T> open(int partition, TaskContext context) throws Exception {
    try {
      RecordReader<?> records = blocks[partition].reader();
      return new RecordReader<>() {
        @Override
        public int read(Object[] into, int max) throws Exception {
          try {
            return records.read(into, max);
          } catch (IOException e) {
            throw lost(partition, e);
          }
        }

        @Override
        public void close() throws Exception {
          records.close();
        }
      };
    } catch (IOException e) {
      throw lost(partition, e);
    }
  }

  private LocalStorageException lost(int partition, IOException e) {
    return new LocalStorageException(
        "block "
            + partition
            + " of "
            + numPartitions
            + " of "
            + operation
            + " is lost, and can't be computed again: "
            + e,
        e);
  }

  @Override
  public String description() {
    return numRecords + " records kept by the engine";
  }
}
