package io.millrace.spi.plan;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records that were stored and can't be read again from where they came: what a receiver took in,
 * what a state step emitted. Losing one of the blocks fails the batch; nothing can recompute it.
 */
public final class BlockSetNode<T> extends PlanNode<T> {

  /** The blocks, one partition each. Read on task threads, concurrently, any number of times. */
  public interface BlockSet<T> extends RecordSource<T> {

    @Override
    long numRecords();

    @Override
    default boolean holdsRecords() {
      return true;
    }
  }

  private final BlockSet<T> blocks;
  private final @Nullable Placement placement;

  public BlockSetNode(String operation, BlockSet<T> blocks) {
    this(operation, blocks, null);
  }

  /** Blocks whose records are known to obey {@code placement}. */
  public BlockSetNode(String operation, BlockSet<T> blocks, @Nullable Placement placement) {
    super(operation);
    this.blocks = Objects.requireNonNull(blocks);
    this.placement = placement;
  }

  public BlockSet<T> blocks() {
    return blocks;
  }

  @Override
  public int numPartitions() {
    return blocks.numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of();
  }

  @Override
  public @Nullable Placement placement() {
    return placement;
  }
}
