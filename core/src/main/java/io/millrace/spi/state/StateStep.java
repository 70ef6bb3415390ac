package io.millrace.spi.state;

import io.millrace.spi.plan.PlanNode;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One batch of a state.
 *
 * @param input pairs of key and value, placed as the state is; null if the batch has no dataset
 * @param timeMillis the batch's time, not less than that of the step before, and greater if that
 *     one ended a pane
 * @param window only with {@link StateOperator.CombinePanes}
 * @param delta where what the step changes is going to be {@linkplain Attempt#persist written}, if
 *     it will be: tasks that run elsewhere may write it there at once, which saves a round of tasks
 */
public record StateStep(
    @Nullable PlanNode<?> input,
    long timeMillis,
    @Nullable WindowStep window,
    @Nullable Delta delta) {

  /** A step of which nothing is going to be written, or it is not known where. */
  public StateStep(@Nullable PlanNode<?> input, long timeMillis, @Nullable WindowStep window) {
    this(input, timeMillis, window, null);
  }

  /** This step, with what it changes to be written to a place. */
  public StateStep to(Delta to) {
    return new StateStep(input, timeMillis, window, to);
  }

  /**
   * A place for what a step changes.
   *
   * @param prefix of the names of objects, never used before
   */
  public record Delta(StatePlace place, String prefix) implements Serializable {}

  /**
   * What a batch is to a window.
   *
   * @param paneEndMillis end of the pane that holds the batch
   * @param firesAtMillis end of the window that the batch is to emit, at or before the batch's
   *     time; null for none
   * @param firesFromMillis end of the last pane that the window does not hold any more; only if it
   *     fires
   */
  public record WindowStep(long paneEndMillis, @Nullable Long firesAtMillis, long firesFromMillis)
      implements Serializable {}
}
