package io.millrace.internal.embedded;

import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tasks that do the same for different partitions.
 *
 * @param end the exchange that they write, or the node whose records are the job's result
 * @param numPartitions how many partitions there are to run tasks for
 */
record TaskStage(long id, PlanNode<?> end, int numPartitions) {

  private static final int MAX_OPERATIONS = 12;

  /** Says which task it was, for errors. */
  String describe(int partition) {
    return "stage " + id + " (" + chain() + "), partition " + partition + " of " + numPartitions;
  }

  /** The operations of the stage, source first. */
  String chain() {
    Deque<String> chain = new ArrayDeque<>();
    PlanNode<?> node = end;
    chain.addFirst(node.label());
    if (node instanceof ExchangeNode<?> exchange) {
      node = exchange.parent();
      chain.addFirst(node.label());
    }
    while (node instanceof PipeNode<?> pipe) {
      if (chain.size() == MAX_OPERATIONS) {
        chain.addFirst("...");
        break;
      }
      node = pipe.parent();
      chain.addFirst(node.label());
    }
    return String.join(" -> ", chain);
  }
}
