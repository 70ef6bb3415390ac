package io.millrace.rdd;

import io.millrace.spi.plan.PlanNode;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The nodes that a program has persisted, as long as it can reach them. Safe for concurrent use.
 */
final class MarkedNodes {

  private final Set<PlanNode<?>> nodes = Collections.newSetFromMap(new WeakHashMap<>());

  synchronized void add(PlanNode<?> node) {
    nodes.add(node);
  }

  /** Those that are still marked to be kept. */
  synchronized List<PlanNode<?>> persisted() {
    nodes.removeIf(node -> node.storage() == null);
    return List.copyOf(nodes);
  }
}
