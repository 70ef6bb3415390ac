package io.millrace.stream.graph;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StateStep;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One combined value for each key of a window, kept as one partial aggregate per pane; the records
 * themselves are not kept.
 */
public final class PaneWindowNode<K, V> extends StreamNode<Tuple2<K, V>> {

  private final StreamNode<Tuple2<K, V>> parent;
  private final WindowSpan span;
  private final StateOperator.CombinePanes operator;
  private final Supplier<? extends Placement> placement;

  /**
   * @param parent already combined within each batch and placed by {@code placement}
   * @param placement asked when the window's state is made
   */
  public PaneWindowNode(
      int id,
      String operation,
      StreamNode<Tuple2<K, V>> parent,
      WindowSpan span,
      StateOperator.CombinePanes operator,
      Supplier<? extends Placement> placement) {
    super(id, operation);
    this.parent = Objects.requireNonNull(parent);
    this.span = Objects.requireNonNull(span);
    this.operator = Objects.requireNonNull(operator);
    this.placement = Objects.requireNonNull(placement);
  }

  public StreamNode<Tuple2<K, V>> parent() {
    return parent;
  }

  public WindowSpan span() {
    return span;
  }

  public StateOperator.CombinePanes operator() {
    return operator;
  }

  /** What the batch of {@code timeMillis} is to the window. */
  public StateStep.WindowStep step(long timeMillis) {
    return new StateStep.WindowStep(
        span.paneEnd(timeMillis),
        span.isEnd(timeMillis) ? timeMillis : null,
        timeMillis - span.lengthMillis());
  }

  /** How the keys are placed from now on; it changes with the default parallelism. */
  public Placement placement() {
    return placement.get();
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of(parent);
  }

  @Override
  public long slideMillis() {
    return span.slideMillis();
  }
}
