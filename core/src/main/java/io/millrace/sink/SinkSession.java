package io.millrace.sink;

import java.util.Optional;

/**
 * A driver's connection to the target of a {@link TransactionalSink}. Used by one thread at a time.
 *
 * @param <R> type of the staged rows
 */
public interface SinkSession<R> extends AutoCloseable {

  /**
   * The last batch that is visible in the target, of this output and checkpoint; empty if there is
   * none. As of the opening of the session, and then of its last commit.
   */
  Optional<Marker> marker();

  /**
   * Makes the rows of a batch and its marker visible in one atomic step; both or none after any
   * crash. A batch that the target has already, by a marker equal to {@code marker}, is not written
   * again: a commit whose answer was lost can be repeated.
   *
   * @param marker of a batch later than the last one
   * @param rows of all partitions, in order
   * @throws io.millrace.spi.checkpoint.FencedException if a driver of a higher epoch has opened the
   *     output: nothing has become visible
   * @throws IllegalStateException if the target has a later batch, or this one by another attempt
   * @throws Exception if the step was not taken, or if it is not known whether it was; the message
   *     tells which. The same commit may be called again; else the driver stops, and the next one
   *     learns it from the marker
   */
  void commit(Marker marker, StagedRows<R> rows) throws Exception;

  /** Disconnects. Idempotent. */
  @Override
  void close() throws Exception;
}
