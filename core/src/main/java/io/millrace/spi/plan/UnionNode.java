package io.millrace.spi.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of several parents. Plain: the partitions of the first parent, then those of the
 * second, and so on. Aligned: all parents share one placement, and partition <i>i</i> is partition
 * <i>i</i> of each parent in turn, so the placement holds for the union too.
 */
public final class UnionNode<T> extends PlanNode<T> {

  private final List<PlanNode<T>> members;
  private final boolean aligned;

  /** A union that is aligned exactly when all members share one known placement. */
  public UnionNode(String operation, List<? extends PlanNode<T>> members) {
    super(operation);
    this.members = List.copyOf(members);
    this.aligned = sharePlacement(this.members);
  }

  private static boolean sharePlacement(List<? extends PlanNode<?>> nodes) {
    if (nodes.isEmpty()) {
      return false;
    }
    Placement first = nodes.get(0).placement();
    return first != null && nodes.stream().allMatch(node -> first.equals(node.placement()));
  }

  public List<PlanNode<T>> members() {
    return members;
  }

  public boolean isAligned() {
    return aligned;
  }

  @Override
  public int numPartitions() {
    return aligned
        ? members.get(0).numPartitions()
        : members.stream().mapToInt(PlanNode::numPartitions).sum();
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.copyOf(members);
  }

  @Override
  public @Nullable Placement placement() {
    return aligned ? members.get(0).placement() : null;
  }
}
