package io.millrace.internal.state;

import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;

/** All entries of a state as they were after some step. */
public final class EntryBlocks implements BlockSetNode.BlockSet<Object> {

  private final transient List<StateView> partitions;

  public EntryBlocks(List<StateView> partitions) {
    this.partitions = List.copyOf(partitions);
  }

  @Override
  public int numPartitions() {
    return partitions.size();
  }

  @Override
  public RecordReader<Object> open(int partition, TaskContext context) {
    return partitions.get(partition).open();
  }

  @Override
  public long numRecords() {
    return partitions.stream().mapToLong(StateView::numEntries).sum();
  }

  @Override
  public String description() {
    return numRecords() + " entries of state";
  }
}
