package io.millrace.spi.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of several parents. Plain: the partitions of the first parent, then those of the
 * second, and so on. Aligned: all parents share one placement, and partition <i>i</i> is partition
 * <i>i</i> of each parent in turn, so the placement holds for the union too.
 */
public final class UnionNode<T> extends PlanNode<T> {

  private static final int UNKNOWN = -1;

  private volatile List<PlanNode<T>> members;
  private final boolean aligned;

  /** Counted once: a union of unions would count its members again and again. */
  private volatile int numPartitions = UNKNOWN;

  /**
   * A union that is aligned exactly when all members share one known placement. Members without
   * partitions do not count, as in Spark.
   */
  public UnionNode(String operation, List<? extends PlanNode<T>> members) {
    super(operation);
    List<PlanNode<T>> all = List.copyOf(members);
    List<PlanNode<T>> placed = all.stream().filter(node -> node.placement() != null).toList();
    this.aligned =
        sharePlacement(placed)
            && all.stream().allMatch(node -> node.placement() != null || node.numPartitions() == 0);
    this.members = aligned ? placed : all;
  }

  private static boolean sharePlacement(List<? extends PlanNode<?>> nodes) {
    if (nodes.isEmpty()) {
      return false;
    }
    Placement first = nodes.get(0).placement();
    return first != null && nodes.stream().allMatch(node -> first.equals(node.placement()));
  }

  public List<PlanNode<T>> members() {
    List<PlanNode<T>> current = current(members);
    if (current != members) {
      members = current;
    }
    return current;
  }

  public boolean isAligned() {
    return aligned;
  }

  @Override
  public int numPartitions() {
    if (numPartitions == UNKNOWN) {
      countInnermostFirst();
    }
    return numPartitions;
  }

  /** A loop, since a union that grew member by member is nested deeper than the stack allows. */
  private void countInnermostFirst() {
    Deque<UnionNode<?>> open = new ArrayDeque<>();
    open.push(this);
    while (!open.isEmpty()) {
      UnionNode<?> union = open.element();
      UnionNode<?> uncounted = union.uncountedMember();
      if (uncounted != null) {
        open.push(uncounted);
      } else {
        open.pop();
        union.numPartitions = union.count();
      }
    }
  }

  private @Nullable UnionNode<?> uncountedMember() {
    for (PlanNode<?> member : members()) {
      PlanNode<?> node = member;
      while (node instanceof PipeNode<?> pipe) {
        node = pipe.parent();
      }
      if (node instanceof UnionNode<?> union && union.numPartitions == UNKNOWN) {
        return union;
      }
    }
    return null;
  }

  private int count() {
    int count = 0;
    for (PlanNode<?> member : aligned ? members().subList(0, 1) : members()) {
      count = Math.addExact(count, member.numPartitions());
    }
    return count;
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.copyOf(members());
  }

  @Override
  public @Nullable Placement placement() {
    return aligned ? members().get(0).placement() : null;
  }
}
