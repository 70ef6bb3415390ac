package io.millrace.rdd;

import io.millrace.Tuple2;
import org.jspecify.annotations.Nullable;

/** Places whole pairs where another partitioner places their keys. */
final class PairKeyPartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final Partitioner ofKeys;

  PairKeyPartitioner(Partitioner ofKeys) {
    this.ofKeys = ofKeys;
  }

  @Override
  public int numPartitions() {
    return ofKeys.numPartitions();
  }

  @Override
  public int getPartition(@Nullable Object key) {
    return ofKeys.getPartition(key instanceof Tuple2<?, ?> pair ? pair._1() : null);
  }

  @Override
  public void resolve() {
    ofKeys.resolve();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PairKeyPartitioner that && that.ofKeys.equals(ofKeys);
  }

  @Override
  public int hashCode() {
    return ~ofKeys.hashCode();
  }
}
