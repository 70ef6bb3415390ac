package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.spi.plan.CogroupNode;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.List;

/** The plans of by-key operations, which move records only if they are not placed already. */
final class KeyedPlans {

  private KeyedPlans() {}

  /** The records of {@code node}, placed. */
  static <T> PlanNode<T> placed(String operation, PlanNode<T> node, Placement placement) {
    return placement.equals(node.placement())
        ? node
        : new ExchangeNode<>(operation, node, new Routing.ByKey(placement), null, null);
  }

  /** One record for each key. */
  static <K, C> PlanNode<Tuple2<K, C>> combined(
      String operation, PlanNode<?> node, Placement placement, Combiner combiner) {
    return placement.equals(node.placement())
        ? new PipeNode<>(operation, node, new Operator.CombineLocally(combiner))
        : new ExchangeNode<>(operation, node, new Routing.ByKey(placement), combiner, null);
  }

  /** For each key of any parent its values, parent by parent. */
  static <K> PlanNode<Tuple2<K, List<List<Object>>>> cogrouped(
      String operation, Placement placement, PlanNode<?>... parents) {
    List<PlanNode<?>> placed = new ArrayList<>();
    for (PlanNode<?> parent : parents) {
      placed.add(placed(operation, parent, placement));
    }
    return new CogroupNode<>(operation, placed, placement);
  }
}
