package io.millrace.rdd;

import io.millrace.spi.plan.Placement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which partition each key of a {@link PairRDD} lives in.
 *
 * <p>A subclass is a pure function of the key, serializable, and called on task threads
 * concurrently. It defines {@code equals} and {@code hashCode} by behaviour: datasets whose
 * partitioners are equal are joined and reduced without moving records.
 */
public abstract class Partitioner implements Placement {

  private static final long serialVersionUID = 1L;

  /** How many times fewer partitions than the largest dataset a partitioner to reuse may have. */
  private static final int ELIGIBLE_RATIO = 10;

  @Override
  public abstract int numPartitions();

  /** The partition of {@code key}, in {@code [0, numPartitions())}. */
  public abstract int getPartition(@Nullable Object key);

  /**
   * {@link #getPartition}, checked.
   *
   * @throws IllegalStateException if the result is not a partition
   */
  @Override
  public final int partition(@Nullable Object key) {
    int partition = getPartition(key);
    if (partition < 0 || partition >= numPartitions()) {
      throw new IllegalStateException(
          this + " puts key " + key + " into partition " + partition + " of " + numPartitions());
    }
    return partition;
  }

  /**
   * The partitioner that by-key operations use where the program names none.
   *
   * <p>That of the dataset with the most partitions among those that have one, unless it is too
   * coarse: it needs as many partitions as the default below, or more than a tenth of the largest
   * dataset's. Otherwise a {@link HashPartitioner} with {@code millrace.default.parallelism}
   * partitions if that is set, else as many as the largest dataset has.
   */
  public static Partitioner defaultPartitioner(RDDLike<?, ?> rdd, RDDLike<?, ?>... others) {
    List<RDDLike<?, ?>> all = new ArrayList<>(List.of(others));
    all.add(0, rdd);
    int largest = 1;
    Partitioner existing = null;
    for (RDDLike<?, ?> each : all) {
      largest = Math.max(largest, each.getNumPartitions());
      Partitioner own = each.partitioner().orElse(null);
      if (own != null && (existing == null || own.numPartitions() > existing.numPartitions())) {
        existing = own;
      }
    }
    int wanted = rdd.context().configuredParallelism().orElse(largest);
    if (existing != null
        && (existing.numPartitions() >= wanted
            || (long) existing.numPartitions() * ELIGIBLE_RATIO > largest)) {
      return existing;
    }
    return new HashPartitioner(wanted);
  }
}
