package io.millrace.spi.plan;

import io.millrace.TaskContext;
import io.millrace.function.DoubleFunction;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.PairFlatMapFunction;
import io.millrace.function.PairFunction;
import java.io.Serializable;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PipeNode} does to the records of a partition.
 *
 * <p>Each kind holds the user's function itself, never a wrapper around it: engines specialise the
 * code of a stage by the class of that function.
 */
public sealed interface Operator extends Serializable {

  /** The user's function, or null if the operator has none. */
  @Nullable Object function();

  /** Whether records stay where the parent's placement puts them. */
  default boolean keepsPlacement() {
    return false;
  }

  /** Resolves deferred values. Driver only; may run jobs. */
  default void resolve() {}

  /** One record out for each in. */
  record Map(Function<?, ?> function) implements Operator {}

  /** One pair out for each record in. */
  record MapToPair(PairFunction<?, ?, ?> function) implements Operator {}

  /** One number out for each record in. */
  record MapToDouble(DoubleFunction<?> function) implements Operator {}

  /** Any number of records out for each in. */
  record FlatMap(FlatMapFunction<?, ?> function) implements Operator {}

  /** Any number of pairs out for each record in. */
  record FlatMapToPair(PairFlatMapFunction<?, ?, ?> function) implements Operator {}

  /** Keeps the records for which the function says true. */
  record Filter(Function<?, Boolean> function) implements Operator {
    @Override
    public boolean keepsPlacement() {
      return true;
    }
  }

  /** {@code (k, v)} becomes {@code (k, f(v))}. */
  record MapValues(Function<?, ?> function) implements Operator {
    @Override
    public boolean keepsPlacement() {
      return true;
    }
  }

  /** {@code (k, v)} becomes {@code (k, x)} for each {@code x} of {@code f(v)}. */
  record FlatMapValues(FlatMapFunction<?, ?> function) implements Operator {
    @Override
    public boolean keepsPlacement() {
      return true;
    }
  }

  /** {@code x} becomes {@code (f(x), x)}. */
  record KeyBy(Function<?, ?> function) implements Operator {}

  /** {@code x} becomes {@code (x, constant)}. */
  record PairWith(Object constant) implements Operator {
    @Override
    public @Nullable Object function() {
      return null;
    }
  }

  /**
   * A random sample. Each partition draws from its own generator, seeded by {@code seed} and the
   * partition's number, so a recomputed partition yields the same sample.
   *
   * @param withReplacement each record any number of times (Poisson) instead of at most once
   *     (Bernoulli)
   * @param low a record whose draw in {@code [0, 1)} is in {@code [low, high)} is kept; with
   *     replacement, {@code high - low} is the expected number of copies
   */
  record Sample(boolean withReplacement, double low, double high, long seed) implements Operator {
    @Override
    public @Nullable Object function() {
      return null;
    }

    @Override
    public boolean keepsPlacement() {
      return true;
    }
  }

  /** {@code x} becomes {@code (x, index)}; {@code firstIndexes} has one number per partition. */
  record ZipWithIndex(Deferred<long[]> firstIndexes) implements Operator {
    @Override
    public @Nullable Object function() {
      return null;
    }

    @Override
    public void resolve() {
      firstIndexes.resolve();
    }
  }

  /**
   * Runs a function over the partition as a whole. The iterator pulls: each {@code hasNext}
   * computes at most one more chunk.
   */
  record MapPartitions(PartitionFunction body, @Nullable Object function, boolean keepsPlacement)
      implements Operator {}

  /** Combines the values of each key within the partition; the parent is placed by key already. */
  record CombineLocally(Combiner combiner) implements Operator {
    @Override
    public Object function() {
      return combiner.functions().isEmpty() ? combiner : combiner.functions().get(0);
    }

    @Override
    public boolean keepsPlacement() {
      return true;
    }
  }

  /** The body of {@link MapPartitions}; runs on a task thread. */
  @FunctionalInterface
  interface PartitionFunction extends Serializable {

    /**
     * Yields the records of one partition from those of the parent's.
     *
     * @param partition the node's own partition, which is not {@link TaskContext#partitionId()}
     *     when a union or a coalesce follows in the same stage
     */
    Iterator<?> apply(int partition, TaskContext context, Iterator<?> records) throws Exception;

    /**
     * Whether the function may change the records that it is given; those that are held in memory
     * are then handed out as copies.
     */
    default boolean changesRecords() {
      return false;
    }
  }
}
