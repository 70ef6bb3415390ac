package io.millrace.spi.plan;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One step of a lineage: where records come from or what becomes of them. Immutable but for its
 * marks (name, storage, replacement); identity is equality.
 *
 * <p>A node whose records were written to a checkpoint is replaced by one that reads them. Nodes
 * below it follow when they are asked for their parents, and forget the old one, so that the memory
 * of a lineage that is no longer needed comes free; whoever walks a lineage need not know.
 *
 * @param <T> type of the records that the node yields
 */
public abstract sealed class PlanNode<T>
    permits SourceNode,
        BlockSetNode,
        PipeNode,
        UnionNode,
        CoalesceNode,
        ZipNode,
        CartesianNode,
        ExchangeNode,
        CogroupNode {

  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final long id = NEXT_ID.getAndIncrement();
  private final String operation;
  private volatile @Nullable String name;
  private volatile @Nullable StorageMark storage;
  private volatile @Nullable PlanNode<T> replacement;

  PlanNode(String operation) {
    this.operation = Objects.requireNonNull(operation);
  }

  /** What nodes that are made from now on have at least as their {@link #id}. */
  public static long nextId() {
    return NEXT_ID.get();
  }

  /** Unique among the nodes of this JVM. */
  public final long id() {
    return id;
  }

  /** The operation that the user called, such as {@code reduceByKey}. */
  public final String operation() {
    return operation;
  }

  /** Number of partitions, 0 or more. */
  public abstract int numPartitions();

  /** The nodes whose records this one reads, in order. */
  public abstract List<PlanNode<?>> parents();

  /** The placement that all records obey, or null if it is not known. */
  public @Nullable Placement placement() {
    return null;
  }

  /** Resolves deferred values that this node itself depends on. Driver only; may run jobs. */
  public void resolve() {}

  /** A name given by the user or by the stream that made this node. */
  public final @Nullable String name() {
    return name;
  }

  public final void setName(@Nullable String name) {
    this.name = name;
  }

  /** How the records are kept once computed, or null if they are not. */
  public final @Nullable StorageMark storage() {
    return storage;
  }

  public final void setStorage(@Nullable StorageMark storage) {
    this.storage = storage;
  }

  /** This node, or what stands in for it. */
  public final PlanNode<T> current() {
    PlanNode<T> node = this;
    for (PlanNode<T> next = node.replacement; next != null; next = node.replacement) {
      node = next;
    }
    return node;
  }

  /**
   * Puts a node in the place of this one, for good. Jobs that run may still read either.
   *
   * @param node yields the same records in the same partitions, with the same placement, and does
   *     not depend on this one
   */
  public final void replaceBy(PlanNode<T> node) {
    if (node.numPartitions() != numPartitions() || !Objects.equals(node.placement(), placement())) {
      throw new IllegalArgumentException(
          node + " can't stand in for " + this + ": its partitions are others");
    }
    replacement = node;
  }

  /** The nodes that stand for {@code nodes}; the same list if these do so themselves. */
  static <N extends PlanNode<?>> List<N> current(List<N> nodes) {
    for (N node : nodes) {
      if (node.current() != node) {
        return replaced(nodes);
      }
    }
    return nodes;
  }

  @SuppressWarnings("unchecked") // a node and its replacement are of the same records
  private static <N extends PlanNode<?>> List<N> replaced(List<N> nodes) {
    return nodes.stream().map(node -> (N) node.current()).toList();
  }

  /** Operation, id and name in a few characters: {@code reduceByKey[12] 'counts'}. */
  public final String label() {
    String given = name;
    return operation + "[" + id + "]" + (given == null ? "" : " '" + given + "'");
  }

  @Override
  public final String toString() {
    return label();
  }
}
