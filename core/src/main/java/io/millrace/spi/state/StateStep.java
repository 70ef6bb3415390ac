package io.millrace.spi.state;

import io.millrace.spi.plan.PlanNode;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One batch of a state.
 *
 * @param input pairs of key and value, placed as the state is; null if the batch has no dataset
 * @param timeMillis the batch's time, greater than that of the step before
 * @param window only with {@link StateOperator.CombinePanes}
 */
public record StateStep(@Nullable PlanNode<?> input, long timeMillis, @Nullable WindowStep window) {

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
