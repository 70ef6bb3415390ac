package io.millrace.rdd;

import io.millrace.function.Function;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * A resilient distributed dataset: records in partitions, immutable, computed when an action needs
 * them, and computed again from their lineage when they are lost. Made by {@link RDDContext} and by
 * the transformations of other datasets; {@link RDDLike} has most operations and what holds for
 * all.
 *
 * @param <T> type of the records
 */
public final class RDD<T> extends RDDLike<T, RDD<T>> {

  RDD(RDDContext context, PlanNode<T> plan) {
    super(context, plan);
  }

  @Override
  RDD<T> wrap(PlanNode<T> node) {
    return new RDD<>(context(), node);
  }

  @Override
  RDD<T> self() {
    return this;
  }

  /**
   * A random split by a seed of the context, another one at each call; see {@link
   * #randomSplit(double[], long)}.
   */
  public RDD<T>[] randomSplit(double[] weights) {
    return randomSplit(weights, context().newSeed());
  }

  /**
   * Datasets of which each record is in exactly one, chosen at random with these weights. Each is
   * computed from this dataset on its own.
   *
   * @param weights at least 0, not all 0; need not add up to 1
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public RDD<T>[] randomSplit(double[] weights, long seed) {
    double sum = DoubleStream.of(weights).sum();
    boolean valid = DoubleStream.of(weights).allMatch(weight -> weight >= 0);
    if (!valid || !(sum > 0) || Double.isInfinite(sum)) {
      throw new IllegalArgumentException(
          "randomSplit: weights must not be negative, nor all 0: " + Arrays.toString(weights));
    }
    RDD<T>[] splits = new RDD[weights.length];
    double low = 0;
    double cumulated = 0;
    for (int i = 0; i < weights.length; i++) {
      cumulated += weights[i];
      double high = i == weights.length - 1 ? 1.0 : cumulated / sum;
      splits[i] =
          wrap(new PipeNode<>("randomSplit", plan(), new Operator.Sample(false, low, high, seed)));
      low = high;
    }
    return splits;
  }

  /**
   * The records sorted by {@code f}, stably: within partitions and from partition to partition.
   *
   * <p>A first job samples the values of {@code f} to divide them evenly, so this dataset is
   * computed twice unless it is persisted.
   *
   * @param f yields a value that is {@link Comparable}
   * @param ascending whether the least come first
   */
  public <S> RDD<T> sortBy(Function<T, S> f, boolean ascending, int numPartitions) {
    return keyBy(f).sortByKey(ascending, numPartitions).values();
  }
}
