package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.PairReader;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.RecordReader;

/** Some records taken apart, with room for the positions of their keys. */
final class Chunk {

  static final int MAX = 512;

  private final Object[] records;
  final Object[] keys;
  final Object[] values;
  final int[] hashes;
  final int[] positions;

  Chunk() {
    this.records = new Object[MAX];
    this.keys = new Object[MAX];
    this.values = new Object[MAX];
    this.hashes = new int[MAX];
    this.positions = new int[MAX];
  }

  /** Takes in the next pairs; returns their number, or -1 if there are no more. */
  int read(RecordReader<?> pairs) throws Exception {
    if (pairs instanceof PairReader apart) {
      return apart.readPairs(keys, values, hashes, MAX);
    }
    int count = pairs.read(records, MAX);
    for (int i = 0; i < count; i++) {
      Tuple2<?, ?> pair = (Tuple2<?, ?>) records[i];
      keys[i] = pair._1();
      values[i] = pair._2();
      hashes[i] = StableHash.of(pair._1());
    }
    return count;
  }
}
