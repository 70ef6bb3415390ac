package io.millrace.internal.pipeline;

/**
 * Some pairs on their way into one table, with the hashes of their keys. Pairs go into a table by
 * the buffer, not one by one: a loop over a buffer is compiled as one piece, and its look-ups
 * overlap in the processor, where a call per pair would be cut by the JIT's inlining limits.
 */
final class PairBuffer {

  static final int CAPACITY = 128;

  final Object[] keys = new Object[CAPACITY];
  final Object[] values = new Object[CAPACITY];
  final int[] hashes = new int[CAPACITY];

  /** Room for the positions of the keys. */
  final int[] positions = new int[CAPACITY];

  int size;
}
