package io.millrace.sink;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Where a stream is written so that each batch is in the target exactly once, whatever crashes.
 *
 * <p>Each batch goes through two steps. Tasks {@linkplain #stage stage} the records of each
 * partition: they turn them into rows, or write them where nobody looks yet and give a row that
 * says where. When all partitions are staged and the states of the batch are durable, the driver
 * {@linkplain SinkSession#commit commits}: one atomic step that makes everything visible together
 * with the batch's {@link Marker}. Three shapes fit:
 *
 * <ul>
 *   <li>same transaction: rows are the data; commit writes them and the marker in one transaction
 *   <li>stage and publish: tasks write files, rows are their names; commit publishes a manifest, if
 *       absent
 *   <li>idempotent key: commit sends the rows with a key of batch and output, and the target drops
 *       what it has seen
 * </ul>
 *
 * <p>The sink travels to tasks, so it is serializable; it holds settings, not connections.
 *
 * @param <T> type of the records
 * @param <R> type of the staged rows; must have a codec, as rows may have to survive a crash
 */
public interface TransactionalSink<T, R> extends Serializable {

  /** What the sink writes to, in a few words, for messages: {@code table payments at jdbc:…}. */
  String description();

  /**
   * Stages one partition of a batch. Runs in a task, possibly several times, at the same time as
   * other attempts at the same partition; what attempts that do not count have written must never
   * become visible. Not called for a batch that has no dataset.
   *
   * @param records in the order of the partition; read once
   * @param rows takes what {@link SinkSession#commit} will be given, in order
   * @throws Exception fails the attempt; it is tried again as any task is
   */
  void stage(Iterator<T> records, StageContext context, RowOutput<R> rows) throws Exception;

  /**
   * Looks whether the sink could be opened for this output, and changes nothing: not in the target,
   * not outside of it. Called on the driver before the checkpoint is claimed, so that a start which
   * can't succeed leaves a driver that is at work alone; called again if the claim has to be. What
   * it does not find, {@link #open} must.
   *
   * <p>A sink that is new, whose target is still to be created, is in order.
   *
   * @throws ForeignLedgerException if the target holds what another checkpoint has written for this
   *     output
   * @throws Exception if the target can't be used; the program does not start
   */
  default void check(SinkOwner owner) throws Exception {}

  /**
   * Connects to the target and fences: once this returns, no driver of a lower epoch can commit to
   * this output of this checkpoint any more. Called on the driver, once per start of the program,
   * after {@link #check} and after the checkpoint was claimed, before anything of a batch runs.
   * Creates in the target what is missing, such as the table of markers.
   *
   * @throws io.millrace.spi.checkpoint.FencedException if a driver of a higher epoch was here, or
   *     another one of the same epoch
   * @throws ForeignLedgerException if the target holds what another checkpoint has written for this
   *     output
   * @throws Exception if the target can't be used; the program does not start
   */
  SinkSession<R> open(SinkContext context) throws Exception;

  /** Takes the rows of a staged partition. Used by one thread. */
  interface RowOutput<R> {

    /** Adds a row, not null. Blocks while memory is short. */
    void write(R row) throws Exception;
  }
}
