package io.millrace.spark;

import io.millrace.spi.LostRecordsException;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.StreamBlockId;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Reads blocks of Spark's block manager that can't be computed again. */
final class EmittedRdd extends RDD<Carried> {

  private static final long serialVersionUID = 1L;

  private final String state;
  private final transient List<StreamBlockId> blocks;
  private final transient List<String> locations;

  /** A block to read. */
  private record Split(int index, StreamBlockId block) implements Partition {

    /** What Spark's interface calls for the equality of objects. */
    @SuppressWarnings("UnusedMethod")
    public boolean org$apache$spark$Partition$$super$equals(Object other) {
      return this == other;
    }
  }

  EmittedRdd(SparkContext spark, String state, List<StreamBlockId> blocks, List<String> locations) {
    super(spark, ScalaSeqs.of(List.of()), ClassTag$.MODULE$.apply(Carried.class));
    this.state = state;
    this.blocks = blocks;
    this.locations = locations;
  }

  List<StreamBlockId> blocks() {
    return blocks;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] splits = new Partition[blocks.size()];
    for (int i = 0; i < splits.length; i++) {
      splits[i] = new Split(i, blocks.get(i));
    }
    return splits;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return ScalaSeqs.of(List.of(locations.get(split.index())));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Iterator<Carried> compute(Partition split, TaskContext context) {
    ClassTag<Carried> type = ClassTag$.MODULE$.apply(Carried.class);
    Option<BlockResult> found = SparkEnv.get().blockManager().get(((Split) split).block(), type);
    if (found.isEmpty()) {
      throw new LostRecordsException(
          "what " + state + " emitted in partition " + split.index() + " is lost with an executor");
    }
    return (Iterator<Carried>) (Iterator<?>) found.get().data();
  }
}
