package io.millrace.stream.graph;

import io.millrace.source.Source;
import java.util.List;
import java.util.Objects;

/** A stream that comes from a source, one range per batch. */
public final class InputNode<T> extends StreamNode<T> {

  private final Source<T, ?> source;
  private final long batchIntervalMillis;

  public InputNode(int id, String operation, Source<T, ?> source, long batchIntervalMillis) {
    super(id, operation);
    this.source = Objects.requireNonNull(source);
    this.batchIntervalMillis = batchIntervalMillis;
  }

  public Source<T, ?> source() {
    return source;
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of();
  }

  @Override
  public long slideMillis() {
    return batchIntervalMillis;
  }
}
