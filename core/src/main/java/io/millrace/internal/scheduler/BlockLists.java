package io.millrace.internal.scheduler;

import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;

/** Records in memory, one list per partition. */
final class BlockLists<T> implements BlockSetNode.BlockSet<T> {

  private static final long serialVersionUID = 1L;

  private final transient List<List<T>> partitions;

  BlockLists(List<List<T>> partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions.size();
  }

  @Override
  public long numRecords() {
    return partitions.stream().mapToLong(List::size).sum();
  }

  @Override
  public RecordReader<T> open(int partition, TaskContext context) {
    List<T> records = partitions.get(partition);
    return new RecordReader<>() {
      private int position;

      @Override
      public int read(Object[] into, int max) {
        int count = Math.min(max, records.size() - position);
        for (int i = 0; i < count; i++) {
          into[i] = records.get(position++);
        }
        return count == 0 ? -1 : count;
      }
    };
  }

  @Override
  public String description() {
    return numRecords() + " records in memory";
  }
}
