package io.millrace.internal.embedded;

import java.io.Serializable;

/**
 * Round-robin distribution over all map partitions: the record with number <i>g</i>, counted
 * through the partitions in order, belongs to target {@code g mod numTargets}. So targets differ by
 * one record at most, however unequal the map partitions are, and each run gives the same.
 *
 * <p>A map task does not know how many records come before its own. It deals them from target 0 on;
 * who reads a target takes from each map partition the part that was shifted by what came before.
 */
public final class Dealing implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int numTargets;

  /** By map partition: the target of its first record. */
  private final int[] firstTargets;

  /**
   * @param counts numbers of records by map partition
   */
  public Dealing(long[] counts, int numTargets) {
    this.numTargets = numTargets;
    this.firstTargets = new int[counts.length];
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      firstTargets[i] = (int) (before % numTargets);
      before += counts[i];
    }
  }

  /** The part of a map partition's output that a target reads. */
  public int bucket(int mapPartition, int target) {
    return Math.floorMod(target - firstTargets[mapPartition], numTargets);
  }
}
