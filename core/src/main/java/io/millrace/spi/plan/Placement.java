package io.millrace.spi.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where each key lives: a function from keys to partitions that all records of a node obey.
 *
 * <p>Two equal placements put equal keys into the same partition, so nodes that share a placement
 * are joined without moving records. Implementations define {@code equals} and {@code hashCode} by
 * behaviour. Called on task threads, concurrently; must be a pure function of the key.
 */
public interface Placement extends Serializable {

  /** Number of partitions, at least 1. */
  int numPartitions();

  /** The partition of {@code key}, in {@code [0, numPartitions())}. */
  int partition(@Nullable Object key);

  /**
   * Whether {@link #partition} is {@code floorMod(StableHash.of(key), numPartitions())}; engines
   * then hash a key once and use the hash for the table as well.
   */
  default boolean isStableHash() {
    return false;
  }

  /**
   * Fills in what this placement needs to know about the data, by a job of its own. Called on the
   * driver before any task uses the placement, possibly several times; only the first has effect.
   */
  default void resolve() {}
}
