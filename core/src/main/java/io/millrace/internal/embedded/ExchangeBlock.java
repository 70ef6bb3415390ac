package io.millrace.internal.embedded;

import java.io.Serializable;

/**
 * Part of what a map task made for one target of an exchange, as bytes that can travel. Blocks of a
 * target are read in the order of {@code mapPartition} and then {@code sequence}, whatever the
 * order in which they arrive, so that an exchange is the same at each run.
 *
 * @param target partition on the far side
 * @param mapPartition partition on the near side
 * @param sequence number among the blocks of the same map partition and target, from 0
 * @param numRecords records in it, or keys where they were combined
 * @param bytes the records, or keys and values in turn, as a stream of the engine's record format
 */
@SuppressWarnings("ArrayRecordComponent") // blocks are not compared
public record ExchangeBlock(
    int target, int mapPartition, int sequence, int numRecords, byte[] bytes)
    implements Serializable {}
