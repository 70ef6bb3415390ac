package io.millrace.stream.graph;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.StateOperator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream with state: each batch of the parent, also one without dataset, advances it once. A root
 * of the graph: it advances whether or not an output depends on it.
 *
 * @param <T> type of what each step emits
 */
public final class StateNode<K, V, T> extends StreamNode<T> {

  private final StreamNode<Tuple2<K, V>> parent;
  private final StateOperator operator;
  private final Placement placement;
  private final @Nullable PlanNode<?> initial;

  /**
   * @param parent placed by {@code placement}
   * @param initial pairs of key and state to begin with, placed alike; null for none
   */
  public StateNode(
      int id,
      String operation,
      StreamNode<Tuple2<K, V>> parent,
      StateOperator operator,
      Placement placement,
      @Nullable PlanNode<?> initial) {
    super(id, operation);
    this.parent = Objects.requireNonNull(parent);
    this.operator = Objects.requireNonNull(operator);
    this.placement = Objects.requireNonNull(placement);
    this.initial = initial;
  }

  public StreamNode<Tuple2<K, V>> parent() {
    return parent;
  }

  public StateOperator operator() {
    return operator;
  }

  public Placement placement() {
    return placement;
  }

  public @Nullable PlanNode<?> initial() {
    return initial;
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of(parent);
  }

  @Override
  public long slideMillis() {
    return parent.slideMillis();
  }
}
