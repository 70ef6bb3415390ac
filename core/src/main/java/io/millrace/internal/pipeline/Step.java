package io.millrace.internal.pipeline;

/**
 * One operator of a fused stage: takes a record, hands what becomes of it to the next step.
 *
 * <p>Whoever pushes must stop as soon as the stage's {@link Signal} is full. A step that expands
 * records keeps an open cursor then, which {@link #resume()} continues; until resume has returned
 * with the signal clear, {@link #accept} is not called again.
 */
interface Step {

  void accept(Object record) throws Exception;

  /** Continues what a full signal interrupted, the furthest downstream first. */
  void resume() throws Exception;
}
