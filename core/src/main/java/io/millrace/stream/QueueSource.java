package io.millrace.stream;

import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.UnionNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Datasets that the program puts into a queue. The queue is its own lock. */
final class QueueSource<T> implements Source<T, QueueSource.Taken<T>> {

  /** What one batch took from the queue. */
  record Taken<T>(List<RDD<T>> datasets) implements InputRange {

    @Override
    public long numRecords() {
      long sum = 0;
      for (RDD<T> dataset : datasets) {
        long known = dataset.plan() instanceof SourceNode<T> node ? node.source().numRecords() : -1;
        if (known < 0) {
          return -1;
        }
        sum += known;
      }
      return sum;
    }

    @Override
    public boolean isEmpty() {
      return datasets.isEmpty();
    }

    @Override
    public String description() {
      return datasets.size() + " datasets from a queue";
    }
  }

  private final RDDContext context;
  private final Queue<RDD<T>> queue;
  private final boolean oneAtATime;
  private final Optional<RDD<T>> defaultRDD;

  QueueSource(
      RDDContext context, Queue<RDD<T>> queue, boolean oneAtATime, Optional<RDD<T>> defaultRDD) {
    this.context = context;
    this.queue = queue;
    this.oneAtATime = oneAtATime;
    this.defaultRDD = defaultRDD;
  }

  @Override
  public void start(SourceContext context) {}

  @Override
  public Taken<T> nextRange(long batchTimeMillis, long previousTimeMillis) {
    List<RDD<T>> taken = new ArrayList<>();
    synchronized (queue) {
      RDD<T> next = queue.poll();
      while (next != null) {
        taken.add(next);
        next = oneAtATime ? null : queue.poll();
      }
    }
    if (taken.isEmpty()) {
      defaultRDD.ifPresent(taken::add);
    }
    return new Taken<>(List.copyOf(taken));
  }

  @Override
  public PlanNode<T> read(Taken<T> range) {
    List<RDD<T>> datasets = range.datasets();
    if (datasets.isEmpty()) {
      return context.<T>emptyRDD().plan();
    }
    return datasets.size() == 1
        ? datasets.get(0).plan()
        : new UnionNode<>("queueStream", datasets.stream().map(RDD::plan).toList());
  }

  @Override
  public void stop() {}
}
