package io.millrace.spark;

import java.util.Map;
import org.apache.spark.Partition;

/**
 * A partition of a stage, with all that is needed to compute it.
 *
 * @param index number of the partition
 * @param parents by leaf of the stage that is an RDD: the partitions of it that are read, by number
 * @param records by leaf of the stage whose records travel with the task: those that are read, by
 *     number of the leaf's partition
 */
record StagePartition(
    int index,
    Map<Integer, Map<Integer, Partition>> parents,
    Map<Integer, Map<Integer, Shipment>> records)
    implements Partition {

  /** What Spark's interface calls for the equality of objects. */
  @SuppressWarnings("UnusedMethod")
  public boolean org$apache$spark$Partition$$super$equals(Object other) {
    return this == other;
  }
}
