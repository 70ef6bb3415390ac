package io.millrace.spi.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records redistributed among partitions: the boundary between two stages.
 *
 * <p>Deterministic: a partition receives the blocks of the parent's partitions in partition order,
 * whatever the timing of tasks. Without a combiner records keep that order; with one, keys come in
 * order of first arrival and values are combined in order of arrival. With an ordering, records are
 * then sorted by key, stably.
 */
public final class ExchangeNode<T> extends PlanNode<T> {

  private volatile PlanNode<?> parent;
  private final Routing routing;
  private final @Nullable Combiner combiner;
  private final @Nullable Comparator<?> keyOrdering;

  /**
   * @param combiner only with {@link Routing.ByKey}
   * @param keyOrdering order of the keys within each partition, only with {@link Routing.ByKey}
   */
  public ExchangeNode(
      String operation,
      PlanNode<?> parent,
      Routing routing,
      @Nullable Combiner combiner,
      @Nullable Comparator<?> keyOrdering) {
    super(operation);
    this.parent = Objects.requireNonNull(parent);
    this.routing = Objects.requireNonNull(routing);
    this.combiner = combiner;
    this.keyOrdering = keyOrdering;
    if (!(routing instanceof Routing.ByKey) && (combiner != null || keyOrdering != null)) {
      throw new IllegalArgumentException(operation + ": records without keys can't be combined");
    }
  }

  public PlanNode<?> parent() {
    PlanNode<?> current = parent.current();
    if (current != parent) {
      parent = current;
    }
    return current;
  }

  public Routing routing() {
    return routing;
  }

  public @Nullable Combiner combiner() {
    return combiner;
  }

  public @Nullable Comparator<?> keyOrdering() {
    return keyOrdering;
  }

  @Override
  public int numPartitions() {
    return routing.numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of(parent());
  }

  @Override
  public @Nullable Placement placement() {
    return routing instanceof Routing.ByKey byKey ? byKey.placement() : null;
  }

  @Override
  public void resolve() {
    if (routing instanceof Routing.ByKey byKey) {
      byKey.placement().resolve();
    }
  }
}
