package io.millrace.stream;

/**
 * What it took to make a batch durable. Times are nanoseconds; they include the wait for the store,
 * and so its syncs.
 *
 * @param epoch number of the driver
 * @param planNanos how long the batch waited for its plan to be in the log, which is written while
 *     its states advance
 * @param prepareNanos to write what the batch has changed of states and windows
 * @param sinksNanos to make the batch visible in transactional sinks; 0 if there was nothing for
 *     any
 * @param commitNanos until the end of the batch was in the log
 * @param deltaBytes what was written of states and windows
 * @param stateFiles how many files all states now consist of
 * @param stateBytes how large these are
 * @param snapshotBytes which part of that is snapshots, that is files that need none before them
 */
public record CheckpointInfo(
    long epoch,
    long planNanos,
    long prepareNanos,
    long sinksNanos,
    long commitNanos,
    long deltaBytes,
    int stateFiles,
    long stateBytes,
    long snapshotBytes) {

  /** All of it, in nanoseconds. */
  public long totalNanos() {
    return planNanos + prepareNanos + sinksNanos + commitNanos;
  }
}
