package io.millrace.spi.plan;

import java.util.List;
import java.util.Objects;

/** Records read from a replayable source. */
public final class SourceNode<T> extends PlanNode<T> {

  private final RecordSource<T> source;

  public SourceNode(String operation, RecordSource<T> source) {
    super(operation);
    this.source = Objects.requireNonNull(source);
  }

  public RecordSource<T> source() {
    return source;
  }

  @Override
  public int numPartitions() {
    return source.numPartitions();
  }

  @Override
  public List<PlanNode<?>> parents() {
    return List.of();
  }
}
