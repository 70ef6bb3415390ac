package io.millrace.internal.state;

import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.state.StateSize;
import java.util.Optional;

/**
 * The panes of one partition of a window and what is combined of them. Changed in place by a step,
 * which {@link #adopt} makes final and {@link #begin} undoes unless it was.
 */
interface PaneStore {

  /** Begins a step, from what was adopted last. */
  void begin() throws Exception;

  /** Adds the pane that ends at {@code endMillis}, later than all before. */
  void push(PaneInput input, long endMillis) throws Exception;

  /** Takes out the panes that end at or before {@code throughMillis}. */
  void evict(long throughMillis) throws Exception;

  /**
   * The window as it is; nothing if {@link #seal} will give it.
   *
   * @param isFinal whether nothing is pushed any more in this step
   */
  Optional<Rows> emit(boolean isFinal) throws Exception;

  /** Ends the step; gives the window as it is, if windows can be read without being emitted. */
  Optional<StateView> seal();

  StateSize adopt();

  void abandon();
}
