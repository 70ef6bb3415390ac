package io.millrace.stream;

/**
 * What a state amounts to after a batch, over all its partitions.
 *
 * @param streamId number of the stream that has it
 * @param name the stream's operation, number and uid
 * @param numEntries keys that have state
 * @param bytes an estimate of what the state takes in memory
 * @param numUpdated keys whose state the batch wrote or touched
 * @param numRemoved keys whose state the batch removed, those that timed out among them
 */
public record StateInfo(
    int streamId, String name, long numEntries, long bytes, long numUpdated, long numRemoved) {}
