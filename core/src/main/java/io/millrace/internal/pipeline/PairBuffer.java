package io.millrace.internal.pipeline;

/**
 * Some pairs on their way into one table, with the hashes of their keys. Pairs go into a table by
 * the buffer, not one by one: a loop over a buffer is compiled as one piece, and its look-ups
 * overlap in the processor, where a call per pair would be cut by the JIT's inlining limits.
 */
public final class PairBuffer {

  static final int MAX_CAPACITY = 128;

  /** Of the first buffer of a table, since a small batch has few pairs for each. */
  static final int FIRST_CAPACITY = 16;

  final Object[] keys;
  final Object[] values;
  final int[] hashes;

  /** Room for the positions of the keys. */
  final int[] positions;

  int size;

  PairBuffer(int capacity) {
    this.keys = new Object[capacity];
    this.values = new Object[capacity];
    this.hashes = new int[capacity];
    this.positions = new int[capacity];
  }
}
