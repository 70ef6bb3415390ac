package io.millrace.spi.state;

import io.millrace.spi.Cancellation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

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

  /**
   * What the files of this state contain, for {@link #restore} to recognise: short, stable from
   * release to release.
   */
  String form();

  /**
   * Returns if this state can be restored from files of another form.
   *
   * @throws IllegalArgumentException if not; says why, and the remedy
   */
  void requireReadable(String form);

  /** How many partitions the state has. */
  int numPartitions();

  /**
   * Fills the state from files, before the first step, in parallel. Keys are placed anew, whatever
   * partitions the files name; the initial content of the definition is not used then.
   *
   * @param form of the state that wrote the files
   * @param files in the order in which they apply
   * @throws io.millrace.JobFailedException if a file can't be read or understood; the cause tells
   *     which
   * @throws IllegalArgumentException if a state of another form can't be read into this one; says
   *     why. The state is empty then
   */
  void restore(StatePlace place, String form, List<StateFile> files, Cancellation cancellation);

  /**
   * Merges some of the files that a state consists of into fewer, if that is worth while: so that
   * their number stays bounded, and their size within a small multiple of what the state holds.
   * Works on files alone; may be called by any thread at any time, one at a time.
   *
   * @param prefix of the names of objects, never used before
   * @param files all files of the state, of committed batches, in the order in which they apply
   * @return empty if there is nothing to gain
   */
  Optional<Compaction> compact(StatePlace place, String prefix, List<StateFile> files)
      throws IOException;

  /** Lets go of the state. What steps have emitted can still be read. Idempotent. */
  @Override
  void close();
}
