package io.millrace.spi.state;

import io.millrace.spi.Cancellation;

/**
 * The state of one stateful stream, as its engine keeps it: by key, in the partitions of its
 * placement.
 *
 * <p>Used by one thread at a time, the batch thread: step, then adopt or abandon, then the next
 * step. What steps have emitted is read by jobs of any thread.
 */
public interface KeyedState extends AutoCloseable {

  /**
   * Runs the operator over one batch, in all partitions. Blocks, as a job does, and fails as a job
   * does: a task that fails is run again and finds the state as it was before. If the step fails
   * for good, the state is as it was before the step.
   *
   * <p>Until the step is adopted, it is an attempt: {@link Attempt#abandon} leaves no trace.
   *
   * @throws io.millrace.JobFailedException if a task failed for good, or the state outgrew its
   *     limits
   * @throws io.millrace.JobCancelledException if {@code cancellation} was triggered
   * @throws IllegalStateException if the step before was neither adopted nor abandoned
   */
  Attempt step(StateStep step, Cancellation cancellation);

  /** Lets go of the state. What steps have emitted can still be read. Idempotent. */
  @Override
  void close();
}
