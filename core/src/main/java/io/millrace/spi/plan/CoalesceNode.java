package io.millrace.spi.plan;

import java.util.List;
import java.util.Objects;

/**
 * Fewer partitions without moving records: partition <i>i</i> of <i>n</i> is the run {@code [i·m/n,
 * (i+1)·m/n)} of the parent's <i>m</i> partitions, in order.
 */
public final class CoalesceNode<T> extends PlanNode<T> {

  private volatile PlanNode<T> parent;
  private final int numPartitions;

  /**
   * @param numPartitions at least 1; more than the parent has means as many as it has
   */
  public CoalesceNode(String operation, PlanNode<T> parent, int numPartitions) {
    super(operation);
    this.parent = Objects.requireNonNull(parent);
    this.numPartitions = Math.min(numPartitions, parent.numPartitions());
  }

  public PlanNode<T> parent() {
    PlanNode<T> current = parent.current();
    if (current != parent) {
      parent = current;
    }
    return current;
  }

  /** First parent partition of partition {@code partition}; the end of the one before it. */
  public int firstParentPartition(int partition) {
    return (int) ((long) partition * parent().numPartitions() / numPartitions);
  }

  @Override
  public int numPartitions() {
    return numPartitions;
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of(parent());
  }
}
