package io.millrace.stream;

import java.util.Optional;

/**
 * How far a streaming context has come: one consistent snapshot.
 *
 * @param state life cycle of the context
 * @param numBatches batches completed, failed ones included
 * @param numFailedBatches batches of which an output failed
 * @param numRecords records of all completed batches, as far as their number is known
 * @param numMergedTicks ticks that were merged into later ones because batches took too long
 * @param numSkippedInputs inputs, such as files, that completed batches went without
 * @param lastBatch the last completed batch
 */
public record Progress(
    StreamingContextState state,
    long numBatches,
    long numFailedBatches,
    long numRecords,
    long numMergedTicks,
    long numSkippedInputs,
    Optional<BatchInfo> lastBatch) {}
