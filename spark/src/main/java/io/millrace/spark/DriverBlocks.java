package io.millrace.spark;

import io.millrace.LocalStorageException;
import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.List;

/** Records that the driver holds; tasks get them with their description, or fetch them. */
final class DriverBlocks<T> implements BlockSetNode.BlockSet<T> {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final List<Carried> partitions = new ArrayList<>();
  private final long numRecords;
  private volatile boolean isDropped;

  DriverBlocks(String operation, List<? extends List<T>> partitions) {
    this.operation = operation;
    for (List<T> partition : partitions) {
      this.partitions.add(Carried.of(partition.toArray(), 0, partition.size()));
    }
    this.numRecords = partitions.stream().mapToLong(List::size).sum();
  }

  @Override
  public int numPartitions() {
    return partitions.size();
  }

  @Override
  public long numRecords() {
    return numRecords;
  }

  /** Lets go of the records; whoever asks for them now is told so. */
  synchronized void drop() {
    isDropped = true;
    partitions.replaceAll(partition -> Carried.of(new Object[0], 0, 0));
  }

  boolean isDropped() {
    return isDropped;
  }

  @Override
  public RecordReader<T> open(int partition, TaskContext context) {
    if (isDropped) {
      throw new LocalStorageException(
          "block "
              + partition
              + " of "
              + partitions.size()
              + " of "
              + operation
              + " was dropped, and can't be computed again",
          null);
    }
    Object[] records = partitions.get(partition).records();
    return new RecordReader<>() {
      private int position;

      @Override
      public int read(Object[] into, int max) {
        int count = Math.min(max, records.length - position);
        System.arraycopy(records, position, into, 0, count);
        position += count;
        return count == 0 ? -1 : count;
      }
    };
  }

  @Override
  public String description() {
    return numRecords + " records kept by the driver";
  }
}
