package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.spi.plan.Operator;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;

/** The pairs whose key is between two, both included. */
record KeyRange<K, V>(Comparator<K> order, K lower, K upper)
    implements Function<Tuple2<K, V>, Boolean> {

  @Override
  public Boolean call(Tuple2<K, V> pair) {
    return order.compare(pair._1(), lower) >= 0 && order.compare(pair._1(), upper) <= 0;
  }

  /**
   * Reads the partitions that have keys of a range, and nothing of the others: they stay, empty, so
   * that the partitioner stays right.
   */
  record Pruned<K>(RangePartitioner<K> ranges, K lower, K upper)
      implements Operator.PartitionFunction {

    @Override
    public Iterator<?> apply(int partition, TaskContext context, Iterator<?> records) {
      int ofLower = ranges.getPartition(lower);
      int ofUpper = ranges.getPartition(upper);
      boolean mayHaveSome =
          partition >= Math.min(ofLower, ofUpper) && partition <= Math.max(ofLower, ofUpper);
      return mayHaveSome ? records : Collections.emptyIterator();
    }
  }
}
