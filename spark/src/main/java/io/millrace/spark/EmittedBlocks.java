package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.RecordReader;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StreamBlockId;

/** What a state step has emitted, in Spark's block manager. */
final class EmittedBlocks implements BlockSetNode.BlockSet<Object>, SparkBlocks {

  private static final long serialVersionUID = 1L;

  private final String state;
  private final long numRecords;
  private final transient EmittedRdd rdd;

  EmittedBlocks(
      SparkContext spark, String state, List<StreamBlockId> blocks, List<StepResult> results) {
    this.state = state;
    this.numRecords = results.stream().mapToLong(StepResult::numEmitted).sum();
    this.rdd =
        new EmittedRdd(spark, state, blocks, results.stream().map(StepResult::location).toList());
  }

  @Override
  public RDD<Carried> rdd() {
    return rdd;
  }

  List<StreamBlockId> blocks() {
    return rdd.blocks();
  }

  @Override
  public int numPartitions() {
    return rdd.blocks().size();
  }

  @Override
  public long numRecords() {
    return numRecords;
  }

  @Override
  public RecordReader<Object> open(int partition, TaskContext context) {
    throw new IllegalStateException("what " + state + " emitted is read by executors");
  }

  @Override
  public String description() {
    return numRecords + " records that " + state + " emitted";
  }
}
