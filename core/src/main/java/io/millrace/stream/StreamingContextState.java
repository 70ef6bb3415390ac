package io.millrace.stream;

/**
 * Life cycle of a {@link StreamingContext}.
 *
 * <pre>
 *   INITIALIZED --start()--> ACTIVE --stop() or an error--> STOPPED
 *        \------------------stop() or a failed start-----------/
 * </pre>
 */
public enum StreamingContextState {
  /** Streams and outputs may be declared; nothing runs. */
  INITIALIZED,
  /** The graph is fixed and batches run. */
  ACTIVE,
  /** Nothing runs and nothing can be started again. */
  STOPPED
}
