package io.millrace.source;

import io.millrace.spi.plan.PlanNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Input of a stream, handed out range by range.
 *
 * <p>Life cycle: {@link #check}, {@link #start} once, then for each batch {@link #nextRange} and,
 * unless the batch has nothing to compute, {@link #read}; {@link #completed} when the batch is
 * done; {@link #stop} at the end, also after a failed start. All methods are called on the driver,
 * by one thread at a time; {@code nextRange} and {@code read} on the batch thread, where time spent
 * delays the batch.
 *
 * @param <T> type of the records
 * @param <R> type of the ranges
 */
public interface Source<T, R extends InputRange> {

  /**
   * Looks whether the source could be started, and changes nothing: it takes no lock and binds no
   * port. Called before the checkpoint is claimed and before any source is started, so that a start
   * which can't succeed leaves a program that is at work alone. What it does not find, {@link
   * #start} must.
   *
   * @throws Exception if the source can't be used; the context does not start
   */
  default void check() throws Exception {}

  /**
   * Gets ready; called by the start of the streaming context, once all sources and sinks were
   * checked and the checkpoint, if there is one, was claimed. Also by {@code checkpointPlan()} if
   * the source {@linkplain #replay can be read again}, which then stops it without asking for a
   * range: so it must not take anything away that others need.
   *
   * @throws Exception if the source can't be used; the context does not start
   */
  void start(SourceContext context) throws Exception;

  /**
   * Decides what belongs to the next batch. Each record belongs to exactly one range.
   *
   * @param batchTimeMillis the batch's time, not earlier than any before it
   * @param previousTimeMillis time of the batch before it that has asked; for the first, one
   *     interval earlier
   * @throws Exception fails the batch
   */
  R nextRange(long batchTimeMillis, long previousTimeMillis) throws Exception;

  /**
   * The records of a range as a plan, or null if the batch is to have no dataset at all. May be
   * called again for the same range.
   */
  @Nullable PlanNode<T> read(R range);

  /**
   * How many records the tasks found in a range whose number was not known before; -1 if unknown.
   */
  default long numRecordsRead(R range) {
    return range.numRecords();
  }

  /** The batch is done; what only it needed may go. */
  default void completed(R range) {}

  /**
   * Takes in no more, and tells whether records wait that no batch has. Called once when the
   * context stops gracefully; a last batch is cut if any source says true.
   */
  default boolean drain() {
    return false;
  }

  /**
   * How ranges are written down and read again after a restart; empty if they can't be. A program
   * that keeps a checkpoint refuses a source without, unless that {@linkplain #mayLose may lose}
   * records.
   */
  default Optional<Replay<R>> replay() {
    return Optional.empty();
  }

  /**
   * How single inputs are left out of a range; empty if ranges don't consist of inputs with names.
   * A batch of such a source fails when something in its range can't be read, also under {@code
   * millrace.streaming.onUnreadableInput=skip}.
   */
  default Optional<SeparableInputs<R>> separableInputs() {
    return Optional.empty();
  }

  /**
   * Whether it is known and accepted that what the source has taken in goes with the process. The
   * open batch of a program that died then gets nothing from it.
   */
  default boolean mayLose() {
    return false;
  }

  /** Releases everything. Idempotent. */
  void stop();
}
