package io.millrace.spark;

import io.millrace.internal.pipeline.Pipeline;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;

/** The records of a stage, by the chunk. */
final class StageRdd extends RDD<Carried> {

  private static final long serialVersionUID = 1L;

  private final StageWork work;
  private final transient StagePartition[] splits;
  private transient List<String> preferred = List.of();

  StageRdd(
      SparkContext spark,
      StageWork work,
      List<LeafDependency> dependencies,
      StagePartition[] splits) {
    super(spark, ScalaSeqs.of(dependencies), ClassTag$.MODULE$.apply(Carried.class));
    this.work = work;
    this.splits = splits;
  }

  StageWork work() {
    return work;
  }

  @Override
  public Partition[] getPartitions() {
    return splits.clone();
  }

  /** Says where tasks had better run, by partition; an empty text where that does not matter. */
  void prefer(List<String> locations) {
    preferred = List.copyOf(locations);
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    String location = preferred.isEmpty() ? "" : preferred.get(split.index());
    return ScalaSeqs.of(location.isEmpty() ? List.of() : List.of(location));
  }

  @Override
  public Iterator<Carried> compute(Partition split, TaskContext context) {
    return new Records(this, (StagePartition) split, context);
  }

  /** The records of a partition; those who know can have the pipeline itself instead. */
  static final class Records extends Chunks {

    private final StageRdd stage;
    private final StagePartition split;
    private final TaskContext context;

    Records(StageRdd stage, StagePartition split, TaskContext context) {
      super(() -> StageTask.pipeline(stage, split, context, false).reader());
      this.stage = stage;
      this.split = split;
      this.context = context;
    }

    Pipeline pipeline(boolean changesRecords) throws Exception {
      return StageTask.pipeline(stage, split, context, changesRecords);
    }
  }
}
