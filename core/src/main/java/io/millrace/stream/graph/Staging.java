package io.millrace.stream.graph;

import io.millrace.sink.TransactionalSink;
import io.millrace.spi.plan.PlanNode;

/** Where an output puts what a transactional sink is to make visible when its batch is final. */
@FunctionalInterface
public interface Staging {

  /**
   * Stages the records of a dataset. Blocks, as a job does. Staged twice for one sink, the second
   * follows the first.
   *
   * @throws IllegalArgumentException if the output was not declared with this sink
   */
  void stage(TransactionalSink<?, ?> sink, PlanNode<?> plan) throws Exception;
}
