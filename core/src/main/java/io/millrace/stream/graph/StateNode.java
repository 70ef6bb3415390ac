package io.millrace.stream.graph;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.StateOperator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
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
  private final Supplier<? extends Placement> placement;
  private final Initial initial;
  private final long slideMillis;

  /** The pairs of key and state to begin with. */
  @FunctionalInterface
  public interface Initial {
    /** The pairs, placed like this; null for none. */
    @Nullable PlanNode<?> placed(Placement placement);
  }

  /**
   * @param parent placed by {@code placement}
   * @param placement asked when the state is made
   */
  public StateNode(
      int id,
      String operation,
      StreamNode<Tuple2<K, V>> parent,
      StateOperator operator,
      Supplier<? extends Placement> placement,
      Initial initial) {
    super(id, operation);
    this.slideMillis = parent.slideMillis();
    this.parent = Objects.requireNonNull(parent);
    this.operator = Objects.requireNonNull(operator);
    this.placement = Objects.requireNonNull(placement);
    this.initial = Objects.requireNonNull(initial);
  }

  public StreamNode<Tuple2<K, V>> parent() {
    return parent;
  }

  public StateOperator operator() {
    return operator;
  }

  /** How the keys are placed from now on; it changes with the default parallelism. */
  public Placement placement() {
    return placement.get();
  }

  /** What the state begins with, placed like this; null for nothing. */
  public @Nullable PlanNode<?> initial(Placement like) {
    return initial.placed(like);
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of(parent);
  }

  @Override
  public long slideMillis() {
    return slideMillis;
  }
}
