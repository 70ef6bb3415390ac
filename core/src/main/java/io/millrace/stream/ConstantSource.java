package io.millrace.stream;

import io.millrace.rdd.RDD;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.UnionNode;
import java.util.List;
import java.util.Optional;

/** The same dataset in every batch. */
final class ConstantSource<T> implements Source<T, ConstantSource.Whole> {

  /**
   * The dataset, as a range.
   *
   * @param numRecords -1 if unknown
   */
  record Whole(long numRecords) implements InputRange {

    @Override
    public boolean isEmpty() {
      return numRecords == 0;
    }

    @Override
    public String description() {
      return "the same dataset for each batch";
    }
  }

  private final RDD<T> dataset;
  private final Whole whole;

  ConstantSource(RDD<T> dataset) {
    this.dataset = dataset;
    this.whole =
        new Whole(dataset.plan() instanceof SourceNode<T> node ? node.source().numRecords() : -1);
  }

  @Override
  public void start(SourceContext context) {}

  @Override
  public Whole nextRange(long batchTimeMillis, long previousTimeMillis) {
    return whole;
  }

  /** A node of each batch's own, since marks and names are set on it. */
  @Override
  public PlanNode<T> read(Whole range) {
    return new UnionNode<>("constantStream", List.of(dataset.plan()));
  }

  /** There is nothing to remember. */
  @Override
  public Optional<Replay<Whole>> replay() {
    return Optional.of(
        new Replay<>() {
          @Override
          public Object durable(Whole range) {
            return List.of();
          }

          @Override
          public Object position() {
            return List.of();
          }

          @Override
          public void restore(Object position, List<Object> ranges) {}

          @Override
          public Whole range(Object durable) {
            return whole;
          }
        });
  }

  @Override
  public void stop() {}
}
