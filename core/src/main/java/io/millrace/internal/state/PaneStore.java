package io.millrace.internal.state;

import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.state.StateSize;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The panes of one partition of a window and what is combined of them. Changed in place by a step,
 * which {@link #adopt} makes final and {@link #begin} undoes unless it was.
 */
interface PaneStore {

  /** Begins a step, from what was adopted last. */
  void begin() throws Exception;

  /** Adds the pane that ends at {@code endMillis}, later than all before. */
  void push(PaneInput input, long endMillis) throws Exception;

  /**
   * Takes out the panes that end at or before {@code throughMillis}; returns whether there were
   * any.
   */
  boolean evict(long throughMillis) throws Exception;

  /**
   * The window as it is; nothing if {@link #seal} will give it.
   *
   * @param isFinal whether nothing is pushed any more in this step
   */
  Optional<Rows> emit(boolean isFinal) throws Exception;

  /** Ends the step; gives the window as it is, if windows can be read without being emitted. */
  Optional<StateView> seal();

  /** Writes the pane that the step pushed last, which the window still holds. */
  void writeLastPane(ContentSink content) throws IOException;

  /** Writes what the step has changed apart from panes. */
  void writeTotals(ContentSink content) throws IOException;

  /** Takes in what {@link #writeTotals} wrote, before any pane. */
  void restoreTotals(Cells keys, Cells values, @Nullable Cells firstEnds) throws IOException;

  /** Takes in that keys have no total any more, before any pane. */
  void restoreRemoval(Cells keys) throws IOException;

  /** Adds a pane, later than all before, that was part of the window when it was written. */
  void restorePane(PaneInput input, long endMillis);

  /** Ends the restoring. */
  void endRestoring();

  /** What {@link #adopt} would tell. */
  StateSize triedSize();

  StateSize adopt();

  void abandon();

  /** Accounts for the store no more. */
  void discard();
}
