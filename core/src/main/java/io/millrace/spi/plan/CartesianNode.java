package io.millrace.spi.plan;

import io.millrace.Tuple2;
import java.util.List;
import java.util.Objects;

/**
 * All pairs of two parents. Partition {@code l · right.numPartitions() + r} pairs partition
 * <i>l</i> of the left with partition <i>r</i> of the right, which is read once per left record.
 */
public final class CartesianNode<L, R> extends PlanNode<Tuple2<L, R>> {

  private volatile PlanNode<L> left;
  private volatile PlanNode<R> right;

  public CartesianNode(String operation, PlanNode<L> left, PlanNode<R> right) {
    super(operation);
    this.left = Objects.requireNonNull(left);
    this.right = Objects.requireNonNull(right);
  }

  public PlanNode<L> left() {
    PlanNode<L> current = left.current();
    if (current != left) {
      left = current;
    }
    return current;
  }

  public PlanNode<R> right() {
    PlanNode<R> current = right.current();
    if (current != right) {
      right = current;
    }
    return current;
  }

  @Override
  public int numPartitions() {
    return Math.multiplyExact(left().numPartitions(), right().numPartitions());
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of(left(), right());
  }
}
