package io.millrace.stream;

import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A source whose every batch has one record, the batch time. Subclasses do wrong. Remembers what it
 * is asked.
 */
class CountedSource implements Source<Long, CountedSource.One> {

  /** One record. */
  record One(long record) implements InputRange {

    @Override
    public long numRecords() {
      return 1;
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public String description() {
      return "the record " + record;
    }
  }

  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** The life of the source, call by call. */
  List<String> calls() {
    return calls;
  }

  @Override
  public void start(SourceContext context) throws Exception {
    calls.add("start");
  }

  @Override
  public One nextRange(long batchTimeMillis, long previousTimeMillis) throws Exception {
    calls.add("range " + previousTimeMillis + "-" + batchTimeMillis);
    return new One(batchTimeMillis);
  }

  @Override
  public PlanNode<Long> read(One range) {
    return new SourceNode<>("counted", new ListSource<>(List.of(range.record()), 1));
  }

  @Override
  public void completed(One range) {
    calls.add("completed " + range.record());
  }

  @Override
  public boolean drain() {
    calls.add("drain");
    return false;
  }

  @Override
  public void stop() {
    calls.add("stop");
  }
}
