package io.millrace.internal.state;

import io.millrace.TaskContext;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step emitted: in arrays of its own, and so gone with the last who holds it, until it is
 * moved to where it can be spilled.
 */
public final class RowBlocks implements BlockSetNode.BlockSet<Object> {

  private final int numPartitions;
  private final long numRecords;
  private transient volatile @Nullable List<Rows> rows;
  private transient volatile BlockSetNode.@Nullable BlockSet<Object> moved;

  public RowBlocks(List<Rows> partitions) {
    this.rows = List.copyOf(partitions);
    this.numPartitions = partitions.size();
    this.numRecords = partitions.stream().mapToLong(Rows::size).sum();
  }

  /** The records, if they have not been moved. */
  public List<List<Object>> partitions() {
    List<Rows> present = rows;
    if (present == null) {
      throw new IllegalStateException(this + " have been moved already");
    }
    return present.stream().map(Rows::asList).toList();
  }

  /** Reads from {@code blocks} from now on, which hold the same records. */
  public void moveTo(BlockSetNode.BlockSet<Object> blocks) {
    moved = blocks;
    rows = null;
  }

  @Override
  public int numPartitions() {
    return numPartitions;
  }

  @Override
  public RecordReader<Object> open(int partition, TaskContext context) throws Exception {
    List<Rows> present = rows;
    if (present != null) {
      Rows records = present.get(partition);
      return new ArrayReader(records.elements(), records.size());
    }
    BlockSetNode.BlockSet<Object> elsewhere = moved;
    if (elsewhere == null) {
      throw new IllegalStateException(this + " are neither here nor there");
    }
    return elsewhere.open(partition, context);
  }

  @Override
  public long numRecords() {
    return numRecords;
  }

  @Override
  public String description() {
    return numRecords + " records of a state step";
  }

  @Override
  public String toString() {
    return description();
  }
}
