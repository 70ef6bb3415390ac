package io.millrace.stream.graph;

import java.util.List;
import java.util.Objects;

/** The records of the batches of a window, as they are. */
public final class WindowNode<T> extends StreamNode<T> {

  private final StreamNode<T> parent;
  private final WindowSpan span;

  public WindowNode(int id, String operation, StreamNode<T> parent, WindowSpan span) {
    super(id, operation);
    this.parent = Objects.requireNonNull(parent);
    this.span = Objects.requireNonNull(span);
  }

  public StreamNode<T> parent() {
    return parent;
  }

  public WindowSpan span() {
    return span;
  }

  @Override
  public List<StreamNode<?>> parents() {
    return List.of(parent);
  }

  @Override
  public long slideMillis() {
    return span.slideMillis();
  }

  @Override
  public long parentRememberMillis() {
    return span.lengthMillis();
  }
}
