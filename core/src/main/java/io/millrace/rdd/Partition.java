package io.millrace.rdd;

import java.io.Serializable;

/**
 * A slice of a dataset.
 *
 * @param index from 0
 */
public record Partition(int index) implements Serializable {}
