package io.millrace.spi.plan;

import io.millrace.Tuple2;
import java.util.List;
import java.util.Objects;

/**
 * For each key of any parent: the key and, parent by parent, the list of its values. All parents
 * obey {@link #placement()}, so the node is narrow; the API puts exchanges below it where needed.
 *
 * <p>Keys come in order of first arrival, reading the parents one after the other; values keep the
 * order of their parent.
 */
public final class CogroupNode<K> extends PlanNode<Tuple2<K, List<List<Object>>>> {

  private volatile List<PlanNode<?>> parents;
  private final Placement placement;

  public CogroupNode(String operation, List<? extends PlanNode<?>> parents, Placement placement) {
    super(operation);
    this.parents = List.copyOf(parents);
    this.placement = Objects.requireNonNull(placement);
    for (PlanNode<?> parent : parents) {
      if (!placement.equals(parent.placement())) {
        throw new IllegalArgumentException(parent + " is not placed by " + placement);
      }
    }
  }

  @Override
  public int numPartitions() {
    return placement.numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    List<PlanNode<?>> current = current(parents);
    if (current != parents) {
      parents = current;
    }
    return current;
  }

  @Override
  public Placement placement() {
    return placement;
  }
}
