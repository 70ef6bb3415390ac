package io.millrace.stream;

import io.millrace.rdd.RDD;
import io.millrace.spi.plan.PlanNode;
import io.millrace.stream.graph.StreamNode;

/** A stream of records: one {@link RDD} per batch. Made by a {@link StreamingContext}. */
public class DStream<T> extends DStreamLike<T, DStream<T>, RDD<T>> {

  DStream(StreamingContext context, StreamNode<T> node) {
    super(context, node);
  }

  @Override
  final DStream<T> wrap(StreamNode<T> node) {
    return new DStream<>(context(), node);
  }

  @Override
  final RDD<T> dataset(PlanNode<T> plan) {
    return context().rddContext().rdd(plan);
  }

  @Override
  final DStream<T> self() {
    return this;
  }
}
