package io.millrace.internal.pipeline;

import io.millrace.Tuple2;

/** Reads a block as pairs. */
final class KeyedReader implements PairReader {

  private final KeyedBlock block;
  private int position;

  KeyedReader(KeyedBlock block) {
    this.block = block;
  }

  @Override
  public int read(Object[] into, int max) {
    int count = Math.min(max, block.size() - position);
    if (count == 0) {
      return -1;
    }
    for (int i = 0; i < count; i++, position++) {
      into[i] = new Tuple2<>(block.keys()[position], block.values()[position]);
    }
    return count;
  }

  @Override
  public int readPairs(Object[] keys, Object[] values, int[] hashes, int max) {
    int count = Math.min(max, block.size() - position);
    if (count == 0) {
      return -1;
    }
    System.arraycopy(block.keys(), position, keys, 0, count);
    System.arraycopy(block.values(), position, values, 0, count);
    System.arraycopy(block.hashes(), position, hashes, 0, count);
    position += count;
    return count;
  }
}
