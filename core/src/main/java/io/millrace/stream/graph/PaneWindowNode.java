package io.millrace.stream.graph;

import io.millrace.Tuple2;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Placement;
import java.util.List;
import java.util.Objects;

/**
 * One combined value for each key of a window, kept as one partial aggregate per pane; the records
 * themselves are not kept.
 */
public final class PaneWindowNode<K, V> extends StreamNode<Tuple2<K, V>> {

  private final StreamNode<Tuple2<K, V>> parent;
  private final WindowSpan span;
  private final Combiner.Reduce combiner;
  private final Placement placement;

  /**
   * @param parent already combined within each batch and placed by {@code placement}
   */
  public PaneWindowNode(
      int id,
      String operation,
      StreamNode<Tuple2<K, V>> parent,
      WindowSpan span,
      Combiner.Reduce combiner,
      Placement placement) {
    super(id, operation);
    this.parent = Objects.requireNonNull(parent);
    this.span = Objects.requireNonNull(span);
    this.combiner = Objects.requireNonNull(combiner);
    this.placement = Objects.requireNonNull(placement);
  }

  public StreamNode<Tuple2<K, V>> parent() {
    return parent;
  }

  public WindowSpan span() {
    return span;
  }

  public Combiner.Reduce combiner() {
    return combiner;
  }

  public Placement placement() {
    return placement;
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
