package io.millrace.stream;

import java.io.Serializable;

/**
 * What identifies a batch for an output that keeps its own account of what it has done.
 *
 * @param number 1, 2, 3 …, never reused within a checkpoint
 * @param time the batch time, later than that of any batch before it
 * @param epoch number of the driver that runs it; a higher one has taken over from a lower
 * @param isRepeat whether an earlier attempt at this batch may have reached the outside world
 */
public record Batch(long number, Time time, long epoch, boolean isRepeat) implements Serializable {}
