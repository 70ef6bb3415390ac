package io.millrace.spark;

import io.millrace.internal.embedded.ExchangeBlock;
import io.millrace.spi.plan.RecordReader;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Where a stage's leaves come from.
 *
 * @param leaves by number: an RDD of {@link Carried} records, one of tagged blocks, or null if the
 *     records travel with the task
 */
record StageSource(List<LeafRdd> leaves) implements Serializable {

  /** A leaf's RDD; null if there is none. */
  record LeafRdd(@Nullable RDD<?> rdd) implements Serializable {}

  /** Opens a leaf that is made of records. */
  RecordReader<Object> records(int leaf, int partition, StagePartition split, TaskContext context) {
    Map<Integer, Shipment> shipped = split.records().get(leaf);
    return shipped == null
        ? new CarriedReader(iterator(leaf, partition, split, context))
        : new CarriedReader(
            scala.jdk.javaapi.CollectionConverters.asScala(
                List.of(Objects.requireNonNull(shipped.get(partition)).records()).iterator()));
  }

  /** Opens a leaf that is an exchange. */
  java.util.Iterator<ExchangeBlock> blocks(
      int leaf, int partition, StagePartition split, TaskContext context) {
    Iterator<Tuple2<BlockTag, byte[]>> blocks = iterator(leaf, partition, split, context);
    return new java.util.Iterator<>() {
      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public ExchangeBlock next() {
        Tuple2<BlockTag, byte[]> block = blocks.next();
        return block._1().block(block._2());
      }
    };
  }

  @SuppressWarnings("unchecked") // the planner has put the right RDDs into their places
  private <T> Iterator<T> iterator(
      int leaf, int partition, StagePartition split, TaskContext context) {
    RDD<T> rdd = (RDD<T>) Objects.requireNonNull(leaves.get(leaf).rdd());
    Partition parent = Objects.requireNonNull(split.parents().get(leaf)).get(partition);
    return rdd.iterator(Objects.requireNonNull(parent), context);
  }

  /** Hands out what is in one piece after the other. */
  private static final class CarriedReader implements RecordReader<Object> {

    private final Iterator<Carried> pieces;
    private Object[] records = {};
    private int position;

    CarriedReader(Iterator<Carried> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read(Object[] into, int max) {
      while (position == records.length) {
        if (!pieces.hasNext()) {
          return -1;
        }
        records = pieces.next().records();
        position = 0;
      }
      int count = Math.min(max, records.length - position);
      System.arraycopy(records, position, into, 0, count);
      position += count;
      return count;
    }
  }
}
