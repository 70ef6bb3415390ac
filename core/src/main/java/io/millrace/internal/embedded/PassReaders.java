package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.Branch;
import io.millrace.internal.pipeline.Stage;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the exchanges that read a node, and whether they can do so in one pass: all ways to the
 * node lead through the map side of an exchange, by operators that records can be pushed through,
 * and none reads a record twice. Belongs to the thread that plans.
 */
final class PassReaders {

  /**
   * Exchanges written at the same time by one task: each may gather a quarter of the task's share
   * of the memory, whatever the others do.
   */
  private static final int MAX_READERS = 4;

  private final PlanNode<?> shared;
  private final SharedPasses others;
  private final Map<ExchangeNode<?>, SharedPass.@Nullable Reader[]> found = new LinkedHashMap<>();

  /**
   * @param others passes that jobs take part in already
   */
  PassReaders(PlanNode<?> shared, SharedPasses others) {
    this.shared = shared;
    this.others = others;
  }

  /** By exchange and map partition. */
  Map<ExchangeNode<?>, SharedPass.@Nullable Reader[]> found() {
    return found;
  }

  /** Adds the readers of one more job; returns whether one pass will still do. */
  boolean find(PlanNode<?> target) {
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> open = new ArrayDeque<>();
    open.push(target);
    while (!open.isEmpty()) {
      PlanNode<?> node = open.pop();
      if (node == shared) {
        return false;
      }
      if (!entered.add(node)) {
        continue;
      }
      if (!(node instanceof ExchangeNode<?> exchange)) {
        node.parents().forEach(open::push);
      } else if (!findReaders(exchange, open)) {
        return false;
      }
    }
    return true;
  }

  private boolean findReaders(ExchangeNode<?> exchange, Deque<PlanNode<?>> open) {
    SharedPass.@Nullable Reader[] readers =
        new SharedPass.@Nullable Reader[exchange.parent().numPartitions()];
    Set<Integer> partitions = new HashSet<>();
    for (int i = 0; i < readers.length; i++) {
      SharedPass.Reader reader = follow(exchange, i, open);
      readers[i] = reader;
      if (reader != null
          && (!partitions.add(reader.partition()) || reader.parts().size() > Branch.MAX_PARTS)) {
        return false;
      }
    }
    return partitions.isEmpty()
        || (others.readBy(exchange) == null
            && found.put(exchange, readers) == null
            && found.size() <= MAX_READERS);
  }

  /** Walks up from one map partition, as {@link Lineage} will, to the node or to another end. */
  private SharedPass.@Nullable Reader follow(
      ExchangeNode<?> exchange, int mapPartition, Deque<PlanNode<?>> open) {
    Deque<Stage.Part> parts = new ArrayDeque<>();
    PlanNode<?> node = exchange.parent();
    int index = mapPartition;
    while (node != shared) {
      if (node.storage() == null && node instanceof PipeNode<?> pipe && isPushed(pipe.operator())) {
        parts.addFirst(new Stage.Apply(pipe.operator(), index));
        node = pipe.parent();
      } else if (node.storage() == null
          && node instanceof UnionNode<?> union
          && (union.members().size() == 1 || !union.isAligned())) {
        int member = 0;
        while (index >= union.members().get(member).numPartitions()) {
          index -= union.members().get(member++).numPartitions();
        }
        node = union.members().get(member);
      } else {
        open.push(node);
        return null;
      }
    }
    return new SharedPass.Reader(exchange, mapPartition, index, List.copyOf(parts));
  }

  /** Indexes are counted by a job of its own, which would read the node once more. */
  private static boolean isPushed(Operator operator) {
    return Stage.isFused(operator) && !(operator instanceof Operator.ZipWithIndex);
  }
}
