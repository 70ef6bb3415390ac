package io.millrace.rdd;

import io.millrace.spi.StableHash;
import org.jspecify.annotations.Nullable;

/**
 * Spreads keys by {@code floorMod(StableHash.of(key), numPartitions)}; null goes to partition 0.
 *
 * <p>The hash depends on the value of the key alone, never on the JVM or the run. Keys whose hash
 * would not, such as arrays, are refused when the first of them is met.
 */
public final class HashPartitioner extends Partitioner {

  private static final long serialVersionUID = 1L;

  private final int numPartitions;

  /**
   * @throws IllegalArgumentException if {@code numPartitions} is less than 1
   */
  public HashPartitioner(int numPartitions) {
    this.numPartitions = Arguments.positive("HashPartitioner", "numPartitions", numPartitions);
  }

  @Override
  public int numPartitions() {
    return numPartitions;
  }

  @Override
  public int getPartition(@Nullable Object key) {
    return key == null ? 0 : Math.floorMod(StableHash.of(key), numPartitions);
  }

  @Override
  public boolean isStableHash() {
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HashPartitioner that && that.numPartitions == numPartitions;
  }

  @Override
  public int hashCode() {
    return numPartitions;
  }

  @Override
  public String toString() {
    return "HashPartitioner(" + numPartitions + ")";
  }
}
