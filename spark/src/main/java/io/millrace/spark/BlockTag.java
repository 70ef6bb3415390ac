package io.millrace.spark;

import io.millrace.internal.embedded.ExchangeBlock;
import java.io.Serializable;
import org.apache.spark.Partitioner;
import scala.math.Ordering;

/**
 * Where a block of an exchange belongs. Spark partitions by the target, and sorts what arrives
 * there by map partition and sequence.
 */
record BlockTag(int target, int mapPartition, int sequence, int numRecords)
    implements Serializable {

  static BlockTag of(ExchangeBlock block) {
    return new BlockTag(block.target(), block.mapPartition(), block.sequence(), block.numRecords());
  }

  ExchangeBlock block(byte[] bytes) {
    return new ExchangeBlock(target, mapPartition, sequence, numRecords, bytes);
  }

  /** The order in which the blocks of a target are read. */
  static final class InOrder implements Ordering<BlockTag> {

    private static final long serialVersionUID = 1L;

    @Override
    public int compare(BlockTag a, BlockTag b) {
      int byMap = Integer.compare(a.mapPartition, b.mapPartition);
      return byMap != 0 ? byMap : Integer.compare(a.sequence, b.sequence);
    }
  }

  /** Sends each block to its target. */
  static final class ToTarget extends Partitioner {

    private static final long serialVersionUID = 1L;

    private final int numTargets;

    ToTarget(int numTargets) {
      this.numTargets = numTargets;
    }

    @Override
    public int numPartitions() {
      return numTargets;
    }

    @Override
    public int getPartition(Object key) {
      return ((BlockTag) key).target();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ToTarget own && own.numTargets == numTargets;
    }

    @Override
    public int hashCode() {
      return numTargets;
    }
  }
}
