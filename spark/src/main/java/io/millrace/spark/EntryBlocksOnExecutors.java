package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;

/** The entries of a state after some step, where the executors have them. */
final class EntryBlocksOnExecutors implements BlockSetNode.BlockSet<Object>, SparkBlocks {

  private static final long serialVersionUID = 1L;

  private final String state;
  private final long numEntries;
  private final transient EntriesRdd rdd;

  EntryBlocksOnExecutors(SparkContext spark, StateAddress state, List<StepResult> results) {
    this.state = state.name();
    this.numEntries = results.stream().mapToLong(StepResult::numEntries).sum();
    this.rdd = new EntriesRdd(spark, state, results);
  }

  @Override
  public RDD<Carried> rdd() {
    return rdd;
  }

  @Override
  public int numPartitions() {
    return rdd.partitions().length;
  }

  @Override
  public long numRecords() {
    return numEntries;
  }

  @Override
  public RecordReader<Object> open(int partition, TaskContext context) {
    throw new IllegalStateException("the entries of " + state + " are read by executors");
  }

  @Override
  public String description() {
    return numEntries + " entries of state";
  }
}
