package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Joins one result of each partition to a single one in several levels. On each level neighbours go
 * to one partition by an exchange, which joins them in order; so the function need be associative,
 * not commutative. Each level has a fan-in of the depth-th root of the number of partitions, and a
 * level is left out where it would hardly make the results fewer.
 *
 * @param onExecutor whether the last level is a task too, and not the calling thread
 */
record TreeMerge<A>(String action, Function2<A, A, A> join, int depth, boolean onExecutor) {

  static final int DEFAULT_DEPTH = 2;

  TreeMerge {
    Arguments.positive(action, "depth", depth);
  }

  /**
   * Everything joined, as the value of a pair.
   *
   * @param ofPartition makes of a partition one pair of its number and its result, or none
   */
  <T> Optional<Tuple2<Integer, A>> merged(
      RDDLike<T, ?> rdd, Operator.PartitionFunction ofPartition) {
    int width = rdd.getNumPartitions();
    PlanNode<Tuple2<Integer, A>> level =
        new PipeNode<>(action, rdd.plan(), new Operator.MapPartitions(ofPartition, join, false));
    int fanIn = Math.max(2, (int) Math.ceil(Math.pow(width, 1.0 / depth)));
    while (width > fanIn + Math.ceil((double) width / fanIn)) {
      int next = width / fanIn;
      level = joined(level, width, next);
      width = next;
    }
    if (onExecutor && width > 1) {
      level = joined(level, width, 1);
    }
    return joined(rdd.context().<Integer, A>pairRDD(level));
  }

  private PlanNode<Tuple2<Integer, A>> joined(
      PlanNode<Tuple2<Integer, A>> level, int width, int next) {
    PlanNode<Tuple2<Integer, A>> neighbours =
        new PipeNode<>(action, level, new Operator.Map(new Parent<A>(width, next)));
    return new ExchangeNode<>(
        action,
        neighbours,
        new Routing.ByKey(new HashPartitioner(next)),
        new Combiner.Reduce(join),
        null);
  }

  private Optional<Tuple2<Integer, A>> joined(PairRDD<Integer, A> last) {
    Tuple2<Integer, A> joined = null;
    for (List<Tuple2<Integer, A>> partition : last.run(action, new Terminal.Collect<>())) {
      for (Tuple2<Integer, A> next : partition) {
        joined =
            joined == null
                ? next
                : new Tuple2<>(0, Functions.call(action, join, joined._2(), next._2()));
      }
    }
    return Optional.ofNullable(joined);
  }

  /** Numbers {@code [0, width)} become {@code [0, next)}, neighbours the same one. */
  private record Parent<A>(int width, int next)
      implements Function<Tuple2<Integer, A>, Tuple2<Integer, A>> {
    @Override
    public Tuple2<Integer, A> call(Tuple2<Integer, A> result) {
      return new Tuple2<>((int) ((long) result._1() * next / width), result._2());
    }
  }

  /** The records of a partition joined; nothing of an empty one. */
  record Reduced<T>(Function2<T, T, T> f) implements Operator.PartitionFunction {
    @Override
    public boolean changesRecords() {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Iterator<?> apply(int partition, TaskContext context, Iterator<?> records)
        throws Exception {
      if (!records.hasNext()) {
        return Collections.emptyIterator();
      }
      T joined = (T) records.next();
      while (records.hasNext()) {
        joined = f.call(joined, (T) records.next());
      }
      return Collections.singleton(new Tuple2<>(partition, joined)).iterator();
    }
  }

  /** The records of a partition added to a zero. */
  record Aggregated<T, A>(Supplier<A> zero, Function2<A, T, A> seqOp)
      implements Operator.PartitionFunction {
    @Override
    public boolean changesRecords() {
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Iterator<?> apply(int partition, TaskContext context, Iterator<?> records)
        throws Exception {
      A sum = zero.get();
      while (records.hasNext()) {
        sum = seqOp.call(sum, (T) records.next());
      }
      return Collections.singleton(new Tuple2<>(partition, sum)).iterator();
    }
  }
}
