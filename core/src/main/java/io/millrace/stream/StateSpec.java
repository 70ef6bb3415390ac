package io.millrace.stream;

import io.millrace.Tuple2;
import io.millrace.function.Function3;
import io.millrace.function.Function4;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.spi.state.StateOperator;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PairDStream#mapWithState} does: a function of key, value and state, and options.
 *
 * <p>The function is called for each record of a batch, those of one key in order of arrival, and
 * once for each key that times out. It runs in tasks, must be serializable, and may run again for a
 * batch whose task failed: it then finds the state as it was before the batch. Methods that set an
 * option change this object and return it.
 *
 * @param <K> type of the keys; null is a key like any other
 * @param <V> type of the values; a null value is given to the function as an empty Optional
 * @param <S> type of the state, which is never null
 * @param <M> type of what the function returns
 */
public final class StateSpec<K, V, S, M> {

  private final Object function;
  private final boolean takesTime;
  private @Nullable PairRDD<K, S> initialState;
  private @Nullable Partitioner partitioner;
  private @Nullable Duration timeout;

  private StateSpec(Object function, boolean takesTime) {
    this.function = Objects.requireNonNull(function);
    this.takesTime = takesTime;
  }

  /** With a function whose result is emitted for every call. */
  public static <K, V, S, M> StateSpec<K, V, S, M> function(
      Function3<K, Optional<V>, State<S>, M> mappingFunction) {
    return new StateSpec<>(mappingFunction, false);
  }

  /** With a function that is given the batch time too, and emits what its result holds, if any. */
  public static <K, V, S, M> StateSpec<K, V, S, M> function(
      Function4<Time, K, Optional<V>, State<S>, Optional<M>> mappingFunction) {
    return new StateSpec<>(mappingFunction, true);
  }

  /**
   * Begins with the state of these keys, which are read with the first batch and have its time as
   * that of their last record. Of several pairs with one key the last counts; a null state fails
   * the batch.
   */
  public StateSpec<K, V, S, M> initialState(PairRDD<K, S> rdd) {
    this.initialState = Objects.requireNonNull(rdd);
    return this;
  }

  /** As {@link #initialState(PairRDD)}, of tuples. */
  public StateSpec<K, V, S, M> initialState(RDD<Tuple2<K, S>> rdd) {
    return initialState(PairRDD.fromRDD(rdd));
  }

  /** Spreads keys over this many partitions by their hash. */
  public StateSpec<K, V, S, M> numPartitions(int numPartitions) {
    return partitioner(new HashPartitioner(numPartitions));
  }

  /** Spreads keys by this partitioner; without it, by their hash over the default parallelism. */
  public StateSpec<K, V, S, M> partitioner(Partitioner partitioner) {
    this.partitioner = Objects.requireNonNull(partitioner);
    return this;
  }

  /**
   * Removes the state of a key that has had no record for more than this, of batch time. The
   * function is called for it once, without value and with {@link State#isTimingOut}, in the first
   * batch that is later than its last record by more than {@code idleDuration}; if that batch has a
   * record of the key, it does not time out. The cost follows the keys that time out, not those
   * that there are.
   *
   * @param idleDuration at least 1 ms, a whole number of milliseconds
   */
  public StateSpec<K, V, S, M> timeout(Duration idleDuration) {
    if (idleDuration.toMillis() < 1 || idleDuration.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          "a timeout is a whole number of milliseconds, 1 or more, not " + idleDuration);
    }
    this.timeout = idleDuration;
    return this;
  }

  Object function() {
    return function;
  }

  StateOperator operator() {
    return new StateOperator.MapRecords(
        function, takesTime, timeout == null ? null : timeout.toMillis());
  }

  @Nullable PairRDD<K, S> initialState() {
    return initialState;
  }

  Partitioner partitionerOr(Partitioner byDefault) {
    return partitioner == null ? byDefault : partitioner;
  }
}
