package io.millrace.testkit;

import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches from a list, in order; null for a batch without dataset. After the last, empty ones. */
final class ListedBatches<T> implements Source<T, ListedBatches.Listed<T>> {

  /** One batch. */
  record Listed<T>(int number, @Nullable List<T> records) implements InputRange {

    @Override
    public long numRecords() {
      return records == null ? 0 : records.size();
    }

    @Override
    public boolean isEmpty() {
      return numRecords() == 0;
    }

    @Override
    public String description() {
      return records == null ? "no dataset" : records.size() + " listed records";
    }
  }

  private final List<? extends @Nullable List<T>> batches;
  private final int numPartitions;
  private int next;

  ListedBatches(List<? extends @Nullable List<T>> batches, int numPartitions) {
    this.batches = batches;
    this.numPartitions = numPartitions;
  }

  @Override
  public void start(SourceContext context) {}

  @Override
  public Listed<T> nextRange(long batchTimeMillis, long previousTimeMillis) {
    return listed(next++);
  }

  private Listed<T> listed(int number) {
    return new Listed<>(number, number < batches.size() ? batches.get(number) : List.of());
  }

  @Override
  public @Nullable PlanNode<T> read(Listed<T> range) {
    List<T> records = range.records();
    return records == null
        ? null
        : new SourceNode<>("input", new ListSource<>(records, numPartitions));
  }

  /** A range is the number of its batch, as is the position. */
  @Override
  public Optional<Replay<Listed<T>>> replay() {
    return Optional.of(
        new Replay<>() {
          @Override
          public Object durable(Listed<T> range) {
            return range.number();
          }

          /** An empty batch of the list moves the position, too. */
          @Override
          public boolean mustBeRecorded(Listed<T> range) {
            return range.number() < batches.size();
          }

          @Override
          public Object position() {
            return next;
          }

          @Override
          public void restore(Object position, List<Object> ranges) {
            next = (Integer) position;
            ranges.forEach(range -> next = (Integer) range + 1);
          }

          @Override
          public Listed<T> range(Object durable) {
            next = (Integer) durable;
            return listed(next++);
          }
        });
  }

  @Override
  public void stop() {}
}
