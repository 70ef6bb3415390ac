package io.millrace.stream.graph;

import io.millrace.sink.TransactionalSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A transactional sink at an output. Immutable but for its name, which is set before the start. */
public final class SinkBinding {

  private final TransactionalSink<?, ?> sink;
  private @Nullable String uid;

  public SinkBinding(TransactionalSink<?, ?> sink) {
    this.sink = Objects.requireNonNull(sink);
  }

  public TransactionalSink<?, ?> sink() {
    return sink;
  }

  /** The name that the user gave, or null. */
  public @Nullable String uid() {
    return uid;
  }

  public void setUid(@Nullable String uid) {
    this.uid = uid;
  }

  @Override
  public String toString() {
    return sink.description() + (uid == null ? "" : " '" + uid + "'");
  }
}
