package io.millrace.internal.scheduler;

import io.millrace.spi.Throwables;
import io.millrace.stream.graph.StreamNode;

/** A stream has no plan in a batch, because user code that makes it failed; the cause says how. */
final class StreamFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String label;

  StreamFailedException(StreamNode<?> stream, Throwable cause) {
    super(Throwables.describe(cause), cause);
    this.label = stream.label();
  }

  /** Which stream. */
  String label() {
    return label;
  }

  Throwable reason() {
    Throwable cause = getCause();
    return cause == null ? this : cause;
  }
}
