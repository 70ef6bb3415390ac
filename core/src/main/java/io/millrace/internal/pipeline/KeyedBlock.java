package io.millrace.internal.pipeline;

/**
 * Keys with one value each, in order of first arrival: the first {@code size} elements of each
 * array.
 */
public record KeyedBlock(Object[] keys, int[] hashes, Object[] values, int size) {

  static final KeyedBlock EMPTY = new KeyedBlock(new Object[0], new int[0], new Object[0], 0);
}
