package io.millrace.spi.plan;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A narrow operator over one parent: partition <i>i</i> reads partition <i>i</i> alone. */
public final class PipeNode<T> extends PlanNode<T> {

  private volatile PlanNode<?> parent;
  private final Operator operator;

  public PipeNode(String operation, PlanNode<?> parent, Operator operator) {
    super(operation);
    this.parent = Objects.requireNonNull(parent);
    this.operator = Objects.requireNonNull(operator);
  }

  public PlanNode<?> parent() {
    PlanNode<?> current = parent.current();
    if (current != parent) {
      parent = current;
    }
    return current;
  }

  public Operator operator() {
    return operator;
  }

  @Override
  public int numPartitions() {
    PlanNode<?> node = parent();
    while (node instanceof PipeNode<?> pipe) {
      node = pipe.parent(); // a loop, since lineages grow longer than stacks
    }
    return node.numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of(parent());
  }

  @Override
  public @Nullable Placement placement() {
    return operator.keepsPlacement() ? parent().placement() : null;
  }

  @Override
  public void resolve() {
    operator.resolve();
  }
}
