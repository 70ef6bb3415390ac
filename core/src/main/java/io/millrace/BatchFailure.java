package io.millrace;

/** What becomes of a streaming context when an output operation of a batch fails. */
public enum BatchFailure {
  /** The context stops, and {@code awaitTermination} throws what the operation threw. */
  STOP,
  /** The failure is reported to listeners, and the next batch runs as if nothing had happened. */
  CONTINUE
}
