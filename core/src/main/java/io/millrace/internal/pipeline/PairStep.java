package io.millrace.internal.pipeline;

/**
 * A step that takes keys and values apart from their pair. Whoever makes pairs hands them over this
 * way, so that the pair itself never leaves the step that made it and need not be allocated,
 * whether or not the JIT inlines the rest of the stage.
 */
interface PairStep extends Step {

  /** As {@link #accept} of the pair. */
  void acceptPair(Object key, Object value) throws Exception;
}
