package io.millrace.internal.state;

import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.state.StateSize;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.Optional;

/**
 * One partition of a state: a step is tried, by one task at a time, until it is adopted or
 * abandoned. Each try begins with what was adopted last, whatever became of the try before.
 */
public interface StatePartition {

  /** Asked between chunks of work; throws to end the task. */
  @FunctionalInterface
  interface Poll {
    void poll() throws Exception;
  }

  /**
   * Puts pairs of key and state in, as a step of its own that is adopted at once.
   *
   * @param timeMillis what the entries have as the time of their last touch
   */
  void load(RecordReader<?> initial, long timeMillis, Poll poll) throws Exception;

  /**
   * Tries a step.
   *
   * @param input pairs of key and value
   * @return what the operator emitted; nothing if that is to be the entries, or no dataset at all
   */
  Optional<Rows> attempt(RecordReader<?> input, StateStep step, Poll poll) throws Exception;

  /** The entries as they are after the step that was tried last; windows may have none to show. */
  Optional<StateView> view();

  /**
   * Writes what the step that was tried last has changed, or everything if something that is there
   * was never written. Runs no user function but codecs. At most one thread at a time.
   */
  void write(StateFileWriter content) throws IOException;

  /** Fills the partition, which is empty, from what was written of it; before the first step. */
  Restoring restore();

  /** Takes in what was written, in order; of each key the last counts. */
  interface Restoring extends ContentSink {

    /** Ends the filling. */
    void end() throws Exception;
  }

  /** What {@link #adopt} would tell, bytes apart, which may still change a little. */
  StateSize triedSize();

  /** Makes the step that was tried last final, and tells what that leaves. */
  StateSize adopt();

  /** Undoes the step that was tried last, if it was not adopted. */
  void abandon();

  /** Accounts for the partition no more, as it is not used any more. */
  void discard();
}
