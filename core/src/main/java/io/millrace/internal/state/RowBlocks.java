package io.millrace.internal.state;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;

/** What a step emitted. */
public final class RowBlocks implements BlockSetNode.BlockSet<Object> {

  private final transient List<Rows> partitions;

  public RowBlocks(List<Rows> partitions) {
    this.partitions = List.copyOf(partitions);
  }

  @Override
  public int numPartitions() {
    return partitions.size();
  }

  @Override
  public RecordReader<Object> open(int partition, TaskContext context) {
    Rows rows = partitions.get(partition);
    return new ArrayReader(rows.elements(), rows.size());
  }

  @Override
  public long numRecords() {
    return partitions.stream().mapToLong(Rows::size).sum();
  }

  @Override
  public String description() {
    return numRecords() + " records of a state step";
  }
}
