package io.millrace.spark;

import io.millrace.internal.embedded.ExchangeBlock;
import io.millrace.internal.embedded.StageRuntime.RunningTask;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Product2;
import scala.Tuple2;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/** The near side of an exchange: what each map partition makes for each target, as blocks. */
final class ExchangeRdd extends RDD<Product2<BlockTag, byte[]>> {

  private static final long serialVersionUID = 1L;

  /** How records are sent. */
  record Near(
      String operation,
      Routing routing,
      @Nullable Combiner combiner,
      @Nullable Comparator<?> keyOrdering)
      implements Serializable {

    ExchangeNode<?> exchange(PlanNode<?> parent) {
      return new ExchangeNode<>(operation, parent, routing, combiner, keyOrdering);
    }
  }

  private final StageWork work;
  private final Packed<Near> near;
  private final LocalsAccumulator locals;

  /** Null unless records are dealt in turn. */
  private final @Nullable MapCounts counts;

  private final transient StagePartition[] splits;

  ExchangeRdd(
      SparkContext spark,
      StageWork work,
      Near near,
      LocalsAccumulator locals,
      @Nullable MapCounts counts,
      List<LeafDependency> dependencies,
      StagePartition[] splits) {
    super(spark, ScalaSeqs.of(dependencies), ClassTag$.MODULE$.apply(Product2.class));
    this.work = work;
    this.near = new Packed<>(near);
    this.locals = locals;
    this.counts = counts;
    this.splits = splits;
  }

  StageWork work() {
    return work;
  }

  Near near() {
    return near.value();
  }

  @Override
  public Partition[] getPartitions() {
    return splits.clone();
  }

  @Override
  public Iterator<Product2<BlockTag, byte[]>> compute(Partition split, TaskContext context) {
    return new Blocks((StagePartition) split, context);
  }

  /** The task lasts until its last block was taken. */
  private final class Blocks extends AbstractIterator<Product2<BlockTag, byte[]>> {

    private final StagePartition split;
    private final RunningTask task;
    private final java.util.Iterator<ExchangeBlock> blocks;
    private long numRecords;
    private boolean hasEnded;

    Blocks(StagePartition split, TaskContext context) {
      this.split = split;
      this.task = StageTask.begin(StageTask.runtime(work), context);
      try {
        this.blocks = StageTask.write(ExchangeRdd.this, split, context);
      } catch (Throwable e) {
        throw failed(e, context);
      }
    }

    private TaskFailedException failed(Throwable e, TaskContext context) {
      task.fail(e);
      return TaskFailedException.of(e, work.label(), split.index(), context);
    }

    @Override
    public boolean hasNext() {
      if (hasEnded) {
        return false;
      }
      try {
        if (blocks.hasNext()) {
          return true;
        }
        hasEnded = true;
        if (counts != null) {
          counts.add(new MapCounts.OfTask(split.index(), numRecords));
        }
        locals.add(new LocalsAccumulator.OfTask(split.index(), task.complete()));
        return false;
      } catch (Throwable e) {
        throw failed(e, TaskContext.get());
      }
    }

    @Override
    public Product2<BlockTag, byte[]> next() {
      ExchangeBlock block = blocks.next();
      numRecords += block.numRecords();
      return new Tuple2<>(BlockTag.of(block), block.bytes());
    }
  }
}
