package io.millrace.sink;

import java.io.Serializable;

/**
 * Which attempt it is that stages a partition.
 *
 * @param checkpointId identifies the checkpoint, a UUID in its usual form
 * @param outputId identifies the output within the program
 * @param batch number of the batch
 * @param batchTimeMillis time of the batch
 * @param epoch of the driver
 * @param partition of the dataset, from 0
 * @param attemptId different for any two attempts that run under the same epoch, also at different
 *     partitions and batches
 */
public record StageContext(
    String checkpointId,
    String outputId,
    long batch,
    long batchTimeMillis,
    long epoch,
    int partition,
    long attemptId)
    implements Serializable {}
