package io.millrace.benchmarks;

import io.millrace.rdd.RDD;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stream that is given batches in turn, over and over; datasets are made once. */
public final class CyclingInput<T> {

  private final List<RDD<T>> datasets;
  private final DStream<T> stream;
  private int offered = -1;
  private int next;

  public CyclingInput(StreamingContext context, List<RDD<T>> datasets) {
    this.datasets = List.copyOf(datasets);
    this.stream = context.sourceStream(new Cycle());
  }

  /** Over lists that the driver holds. */
  static <T> CyclingInput<T> of(
      StreamingContext context, List<List<T>> batches, int numPartitions) {
    List<RDD<T>> datasets = new ArrayList<>();
    for (List<T> batch : batches) {
      datasets.add(context.rddContext().parallelize(batch, numPartitions));
    }
    return new CyclingInput<>(context, datasets);
  }

  public DStream<T> stream() {
    return stream;
  }

  /** Gives the next batch; returns its number. */
  public int offer() {
    offered = next;
    next = (next + 1) % datasets.size();
    return offered;
  }

  /** Number of a dataset, -1 for none. */
  private record Numbered(int number) implements InputRange {

    @Override
    public long numRecords() {
      return number < 0 ? 0 : -1;
    }

    @Override
    public boolean isEmpty() {
      return number < 0;
    }

    @Override
    public String description() {
      return "dataset " + number;
    }
  }

  private final class Cycle implements Source<T, Numbered>, Replay<Numbered> {

    @Override
    public void start(SourceContext context) {}

    @Override
    public Numbered nextRange(long batchTimeMillis, long previousTimeMillis) {
      Numbered range = new Numbered(offered);
      offered = -1;
      return range;
    }

    /** A node of each batch's own, since marks and names are set on it. */
    @Override
    public PlanNode<T> read(Numbered range) {
      return range.isEmpty()
          ? new UnionNode<>("nothing", List.of())
          : new UnionNode<>("cycle", List.of(datasets.get(range.number()).plan()));
    }

    @Override
    public void stop() {}

    @Override
    public Optional<Replay<Numbered>> replay() {
      return Optional.of(this);
    }

    @Override
    public Object durable(Numbered range) {
      return range.number();
    }

    @Override
    public Object position() {
      return next;
    }

    @Override
    public void restore(Object position, List<Object> ranges) {
      next = (Integer) position;
    }

    @Override
    public Numbered range(Object durable) {
      return new Numbered((Integer) durable);
    }
  }
}
