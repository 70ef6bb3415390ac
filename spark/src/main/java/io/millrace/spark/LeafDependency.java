package io.millrace.spark;

import java.util.List;
import java.util.Map;
import org.apache.spark.NarrowDependency;
import org.apache.spark.rdd.RDD;
import scala.collection.immutable.Seq;

/** Which partitions of a leaf each partition of a stage reads. */
final class LeafDependency extends NarrowDependency<Object> {

  private static final long serialVersionUID = 1L;

  private final transient Map<Integer, List<Integer>> parents;

  /**
   * @param parents by partition of the stage; none for those that are missing
   */
  @SuppressWarnings("unchecked")
  LeafDependency(RDD<?> leaf, Map<Integer, List<Integer>> parents) {
    super((RDD<Object>) leaf);
    this.parents = parents;
  }

  @Override
  public Seq<Object> getParents(int partition) {
    return ScalaSeqs.ofInts(parents.getOrDefault(partition, List.of()));
  }
}
