package io.millrace.spark;

import io.millrace.internal.state.StateView;
import io.millrace.spi.LostRecordsException;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;

/** Reads the entries of a state as they were after some step. */
final class EntriesRdd extends RDD<Carried> {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String name;
  private final transient List<StepResult> results;

  private record Split(int index, StateVersion version) implements Partition {

    /** What Spark's interface calls for the equality of objects. */
    @SuppressWarnings("UnusedMethod")
    public boolean org$apache$spark$Partition$$super$equals(Object other) {
      return this == other;
    }
  }

  EntriesRdd(SparkContext spark, StateAddress state, List<StepResult> results) {
    super(spark, ScalaSeqs.of(List.of()), ClassTag$.MODULE$.apply(Carried.class));
    this.key = state.key();
    this.name = state.name();
    this.results = results;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] splits = new Partition[results.size()];
    for (int i = 0; i < splits.length; i++) {
      splits[i] = new Split(i, results.get(i).version());
    }
    return splits;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return ScalaSeqs.of(List.of(results.get(split.index()).location()));
  }

  @Override
  public Iterator<Carried> compute(Partition split, TaskContext context) {
    ExecutorStates states = ExecutorStates.find(key);
    ResidentPartition resident = states == null ? null : states.find(split.index());
    StateView view = resident == null ? null : resident.view(((Split) split).version());
    if (view == null) {
      throw new LostRecordsException(
          "the entries of "
              + name
              + " in partition "
              + split.index()
              + " are not on this executor, and the one that had them is lost or busy");
    }
    return new Chunks(view::open);
  }
}
