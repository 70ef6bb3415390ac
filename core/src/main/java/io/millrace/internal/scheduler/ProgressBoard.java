package io.millrace.internal.scheduler;

import io.millrace.stream.BatchInfo;
import io.millrace.stream.Progress;
import io.millrace.stream.StreamingContextState;
import java.util.Optional;

/** Counts completed batches. Safe for concurrent use. */
final class ProgressBoard {

  private long numBatches;
  private long numFailedBatches;
  private long numRecords;
  private long numMergedTicks;
  private long numSkippedInputs;
  private Optional<BatchInfo> lastBatch = Optional.empty();

  synchronized void completed(BatchInfo info) {
    numBatches++;
    numFailedBatches += info.hasFailed() ? 1 : 0;
    numRecords += info.numRecords();
    numMergedTicks += info.numMergedTicks();
    numSkippedInputs += info.numSkippedInputs();
    lastBatch = Optional.of(info);
  }

  synchronized Progress snapshot(StreamingContextState state) {
    return new Progress(
        state,
        numBatches,
        numFailedBatches,
        numRecords,
        numMergedTicks,
        numSkippedInputs,
        lastBatch);
  }
}
