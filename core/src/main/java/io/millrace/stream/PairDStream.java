package io.millrace.stream;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.Function4;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.StateOperator;
import io.millrace.stream.graph.DatasetUse;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowSpan;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stream of keyed records: one {@link PairRDD} per batch.
 *
 * <p>Operations by key put equal keys into the same partition. Where neither a number of partitions
 * nor a partitioner is given, it is a {@link HashPartitioner} of the context's default parallelism.
 */
public final class PairDStream<K, V>
    extends DStreamLike<Tuple2<K, V>, PairDStream<K, V>, PairRDD<K, V>> {

  PairDStream(StreamingContext context, StreamNode<Tuple2<K, V>> node) {
    super(context, node);
  }

  @Override
  PairDStream<K, V> wrap(StreamNode<Tuple2<K, V>> node) {
    return new PairDStream<>(context(), node);
  }

  @Override
  PairRDD<K, V> dataset(PlanNode<Tuple2<K, V>> plan) {
    return context().rddContext().pairRDD(plan);
  }

  @Override
  PairDStream<K, V> self() {
    return this;
  }

  /** A stream of tuples as a stream of pairs; nothing is moved. */
  public static <K, V> PairDStream<K, V> fromDStream(DStream<Tuple2<K, V>> dstream) {
    return new PairDStream<>(dstream.context(), dstream.node());
  }

  /** This stream as one of tuples; nothing is moved. */
  public DStream<Tuple2<K, V>> toDStream() {
    return new DStream<>(context(), node());
  }

  private Partitioner hash(String operation, int numPartitions) {
    requirePositive(operation, numPartitions);
    return new HashPartitioner(numPartitions);
  }

  private Partitioner byDefault() {
    return context().defaultPartitioner();
  }

  // Values

  /** {@code (k, f(v))} for each {@code (k, v)}; records stay in their partition. */
  public <U> PairDStream<K, U> mapValues(Function<V, U> f) {
    checked("mapValues", f);
    return mappedPairs("mapValues", rdd -> rdd.mapValues(f));
  }

  /** {@code (k, u)} for each {@code u} of {@code f(v)}, for each {@code (k, v)}. */
  public <U> PairDStream<K, U> flatMapValues(FlatMapFunction<V, U> f) {
    checked("flatMapValues", f);
    return mappedPairs("flatMapValues", rdd -> rdd.flatMapValues(f));
  }

  DStream<V> values(String operation) {
    return mapped(operation, PairRDD::values);
  }

  // By key

  /** As {@link #groupByKey(Partitioner)}. */
  public PairDStream<K, Iterable<V>> groupByKey() {
    return groupByKey(byDefault());
  }

  /** As {@link #groupByKey(Partitioner)}. */
  public PairDStream<K, Iterable<V>> groupByKey(int numPartitions) {
    return groupByKey(hash("groupByKey", numPartitions));
  }

  /** The values of each key of a batch, in order of arrival. */
  public PairDStream<K, Iterable<V>> groupByKey(Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return mappedPairs("groupByKey", rdd -> rdd.groupByKey(DefaultPartitioner.now(partitioner)));
  }

  /** As {@link #reduceByKey(Function2, Partitioner)}. */
  public PairDStream<K, V> reduceByKey(Function2<V, V, V> func) {
    return reduceByKey(func, byDefault());
  }

  /** As {@link #reduceByKey(Function2, Partitioner)}. */
  public PairDStream<K, V> reduceByKey(Function2<V, V, V> func, int numPartitions) {
    return reduceByKey(func, hash("reduceByKey", numPartitions));
  }

  /**
   * The values of each key of a batch, combined in order of arrival, first within each partition.
   *
   * @param func associative; may change and return its first argument if nothing else reads this
   *     stream, as that argument may be one of its values
   */
  public PairDStream<K, V> reduceByKey(Function2<V, V, V> func, Partitioner partitioner) {
    return reduced("reduceByKey", func, partitioner);
  }

  private PairDStream<K, V> reduced(
      String operation, Function2<V, V, V> func, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    checked(operation, func);
    return mappedPairs(
        operation, rdd -> rdd.reduceByKey(DefaultPartitioner.now(partitioner), func));
  }

  /**
   * As {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, map side too.
   */
  public <C> PairDStream<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners,
      Partitioner partitioner) {
    return combineByKey(createCombiner, mergeValue, mergeCombiners, partitioner, true);
  }

  /**
   * The values of each key of a batch, combined into another type.
   *
   * @param createCombiner makes a combined value of a key's first value
   * @param mergeValue adds a value; may change and return its first argument
   * @param mergeCombiners joins two combined values
   * @param mapSideCombine whether to combine before records move
   */
  public <C> PairDStream<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners,
      Partitioner partitioner,
      boolean mapSideCombine) {
    Objects.requireNonNull(partitioner);
    checked("combineByKey", createCombiner);
    checked("combineByKey", mergeValue);
    checked("combineByKey", mergeCombiners);
    return mappedPairs(
        "combineByKey",
        rdd ->
            rdd.combineByKey(
                createCombiner, mergeValue, mergeCombiners, partitioner, mapSideCombine));
  }

  // State

  /**
   * Lets each record meet the state of its key: the function of {@code spec} is called for each
   * record, in order of arrival, and can read, set and remove the state. The cost of a batch
   * follows its records and the keys that time out, not the keys that there are.
   *
   * <p>The result has one dataset per batch, in the state's partitions, with what the function
   * returned, in order of the calls; a batch without dataset has an empty one. It is computed once,
   * before any output runs, whatever reads it; state then is the same after a task that failed and
   * ran again. Without a checkpoint, state is lost with the process.
   */
  public <S, M> MapWithStateDStream<K, V, S, M> mapWithState(StateSpec<K, V, S, M> spec) {
    checked("mapWithState", spec.function());
    Partitioner partitioner = spec.partitionerOr(byDefault());
    PairRDD<K, S> initial = spec.initialState();
    StateNode<K, V, M> state = state("mapWithState", spec.operator(), partitioner, initial);
    return new MapWithStateDStream<>(context(), state);
  }

  private <S, T> StateNode<K, V, T> state(
      String operation,
      StateOperator operator,
      Partitioner partitioner,
      @Nullable PairRDD<K, S> initial) {
    StreamNode<Tuple2<K, V>> placed =
        mappedPairs(operation, rdd -> rdd.partitionBy(DefaultPartitioner.now(partitioner))).node();
    return context()
        .graph()
        .add(
            id ->
                new StateNode<>(
                    id,
                    operation,
                    placed,
                    operator,
                    () -> DefaultPartitioner.now(partitioner),
                    placement ->
                        initial == null
                            ? null
                            : initial.partitionBy((Partitioner) placement).plan()));
  }

  /** As {@link #updateStateByKey(Function2, Partitioner)}. */
  public <S> PairDStream<K, S> updateStateByKey(
      Function2<List<V>, Optional<S>, Optional<S>> updateFunc) {
    return updateStateByKey(updateFunc, byDefault());
  }

  /** As {@link #updateStateByKey(Function2, Partitioner)}. */
  public <S> PairDStream<K, S> updateStateByKey(
      Function2<List<V>, Optional<S>, Optional<S>> updateFunc, int numPartitions) {
    return updateStateByKey(updateFunc, hash("updateStateByKey", numPartitions));
  }

  /**
   * Keeps a state for each key, updated with each batch: the function is given the batch's values
   * of the key, in order of arrival, and the state, empty if there is none; it returns the new
   * state, empty to forget the key.
   *
   * <p>The function is called for every key that has values or state, in every batch, so the cost
   * of a batch follows the number of keys; {@link #mapWithState} calls for keys with records alone.
   * The stream has all keys with their state after each batch, in unspecified order. It is read
   * from the state itself, and a dataset of it stays what it was while later batches change that.
   *
   * @param updateFunc may change and return the state it is given, of which a failed task leaves no
   *     trace; runs again for a batch whose task failed
   */
  public <S> PairDStream<K, S> updateStateByKey(
      Function2<List<V>, Optional<S>, Optional<S>> updateFunc, Partitioner partitioner) {
    return updated(updateFunc, false, partitioner, null);
  }

  /**
   * As {@link #updateStateByKey(Function2, Partitioner)}, beginning with the state of {@code
   * initialRDD}, which is read with the first batch; of several pairs with one key the last counts.
   */
  public <S> PairDStream<K, S> updateStateByKey(
      Function2<List<V>, Optional<S>, Optional<S>> updateFunc,
      Partitioner partitioner,
      PairRDD<K, S> initialRDD) {
    return updated(updateFunc, false, partitioner, Objects.requireNonNull(initialRDD));
  }

  /**
   * As {@link #updateStateByKey(Function2, Partitioner)}, with a function of batch time, key,
   * values and state.
   */
  public <S> PairDStream<K, S> updateStateByKey(
      Function4<Time, K, List<V>, Optional<S>, Optional<S>> updateFunc, Partitioner partitioner) {
    return updated(updateFunc, true, partitioner, null);
  }

  /** As {@link #updateStateByKey(Function4, Partitioner)}, beginning with {@code initialRDD}. */
  public <S> PairDStream<K, S> updateStateByKey(
      Function4<Time, K, List<V>, Optional<S>, Optional<S>> updateFunc,
      Partitioner partitioner,
      PairRDD<K, S> initialRDD) {
    return updated(updateFunc, true, partitioner, Objects.requireNonNull(initialRDD));
  }

  private <S> PairDStream<K, S> updated(
      Object updateFunc,
      boolean takesTime,
      Partitioner partitioner,
      @Nullable PairRDD<K, S> initial) {
    Objects.requireNonNull(partitioner);
    checked("updateStateByKey", updateFunc);
    return new PairDStream<>(
        context(),
        state(
            "updateStateByKey",
            new StateOperator.UpdateKeys(updateFunc, takesTime),
            partitioner,
            initial));
  }

  /** As {@link #updateStateByPartition(FlatMapFunction, Partitioner, PairRDD)}, beginning empty. */
  public <S> PairDStream<K, S> updateStateByPartition(
      FlatMapFunction<Iterator<Tuple3<K, List<V>, Optional<S>>>, Tuple2<K, S>> updateFunc,
      Partitioner partitioner) {
    return updatedByPartition(updateFunc, partitioner, null);
  }

  /**
   * As {@link #updateStateByKey(Function2, Partitioner)}, a partition at a time: the function is
   * given an iterator over all keys of the partition that have values or state, and returns the
   * keys to keep with their new state. Keys that it leaves out are forgotten.
   *
   * @param updateFunc must return keys of its own partition, such as those it was given; others
   *     fail the batch
   */
  public <S> PairDStream<K, S> updateStateByPartition(
      FlatMapFunction<Iterator<Tuple3<K, List<V>, Optional<S>>>, Tuple2<K, S>> updateFunc,
      Partitioner partitioner,
      PairRDD<K, S> initialRDD) {
    return updatedByPartition(updateFunc, partitioner, Objects.requireNonNull(initialRDD));
  }

  private <S> PairDStream<K, S> updatedByPartition(
      FlatMapFunction<Iterator<Tuple3<K, List<V>, Optional<S>>>, Tuple2<K, S>> updateFunc,
      Partitioner partitioner,
      @Nullable PairRDD<K, S> initial) {
    Objects.requireNonNull(partitioner);
    checked("updateStateByPartition", updateFunc);
    return new PairDStream<>(
        context(),
        state(
            "updateStateByPartition",
            new StateOperator.UpdatePartitions(updateFunc),
            partitioner,
            initial));
  }

  // Windows by key

  /** As {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}. */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc, Duration windowDuration) {
    return reduceByKeyAndWindow(reduceFunc, windowDuration, slideDuration());
  }

  /** As {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}. */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc, Duration windowDuration, Duration slideDuration) {
    return reduceByKeyAndWindow(reduceFunc, windowDuration, slideDuration, byDefault());
  }

  /** As {@link #reduceByKeyAndWindow(Function2, Duration, Duration, Partitioner)}. */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc,
      Duration windowDuration,
      Duration slideDuration,
      int numPartitions) {
    return reduceByKeyAndWindow(
        reduceFunc, windowDuration, slideDuration, hash("reduceByKeyAndWindow", numPartitions));
  }

  /**
   * The values of each key in a window, combined in order of arrival; see {@link #window(Duration,
   * Duration)} for what a window holds. One value per key and pane is kept, not the records; a pane
   * is the greatest common divisor of length and slide.
   *
   * @param reduceFunc associative; may change and return its first argument if nothing else reads
   *     this stream; what is kept for later windows is safe from that
   * @param windowDuration a positive multiple of this stream's slide
   * @param slideDuration the same
   */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc,
      Duration windowDuration,
      Duration slideDuration,
      Partitioner partitioner) {
    WindowSpan span = span(windowDuration, slideDuration);
    return paneWindow(
        "reduceByKeyAndWindow",
        reduced("reduceByKeyAndWindow", reduceFunc, partitioner),
        reduceFunc,
        null,
        null,
        span,
        partitioner);
  }

  /**
   * As {@link #reduceByKeyAndWindow(Function2, Function2, Duration, Duration, Partitioner,
   * Function)}, over the default partitions and without filter: keys stay for ever.
   */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc,
      Function2<V, V, V> invReduceFunc,
      Duration windowDuration,
      Duration slideDuration) {
    return inverted(reduceFunc, invReduceFunc, windowDuration, slideDuration, byDefault(), null);
  }

  /**
   * As {@link #reduceByKeyAndWindow(Function2, Function2, Duration, Duration, Partitioner,
   * Function)}.
   */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc,
      Function2<V, V, V> invReduceFunc,
      Duration windowDuration,
      Duration slideDuration,
      int numPartitions,
      Function<Tuple2<K, V>, Boolean> filterFunc) {
    return reduceByKeyAndWindow(
        reduceFunc,
        invReduceFunc,
        windowDuration,
        slideDuration,
        hash("reduceByKeyAndWindow", numPartitions),
        filterFunc);
  }

  /**
   * The values of each key in a window, combined by adding what comes in to the last window's value
   * and taking away what goes out, so that a slide costs what has changed. A key that no longer has
   * records in the window keeps the value that is left, such as 0, unless the filter drops it: give
   * one wherever keys come and go.
   *
   * @param reduceFunc associative; may change and return its first argument if nothing else reads
   *     this stream
   * @param invReduceFunc undoes {@code reduceFunc}: {@code inv(reduce(x, y), y)} equals {@code x};
   *     may change and return its first argument
   * @param windowDuration a positive multiple of this stream's slide
   * @param slideDuration the same
   * @param filterFunc false for the keys to forget; asked for the keys whose value has changed. A
   *     key that comes back later begins anew
   */
  public PairDStream<K, V> reduceByKeyAndWindow(
      Function2<V, V, V> reduceFunc,
      Function2<V, V, V> invReduceFunc,
      Duration windowDuration,
      Duration slideDuration,
      Partitioner partitioner,
      Function<Tuple2<K, V>, Boolean> filterFunc) {
    checked("reduceByKeyAndWindow", filterFunc);
    return inverted(
        reduceFunc, invReduceFunc, windowDuration, slideDuration, partitioner, filterFunc);
  }

  private PairDStream<K, V> inverted(
      Function2<V, V, V> reduceFunc,
      Function2<V, V, V> invReduceFunc,
      Duration windowDuration,
      Duration slideDuration,
      Partitioner partitioner,
      @Nullable Function<Tuple2<K, V>, Boolean> filterFunc) {
    checked("reduceByKeyAndWindow", invReduceFunc);
    return paneWindow(
        "reduceByKeyAndWindow",
        reduced("reduceByKeyAndWindow", reduceFunc, partitioner),
        reduceFunc,
        invReduceFunc,
        filterFunc,
        span(windowDuration, slideDuration),
        partitioner);
  }

  /** As {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}. */
  public PairDStream<K, Iterable<V>> groupByKeyAndWindow(Duration windowDuration) {
    return groupByKeyAndWindow(windowDuration, slideDuration());
  }

  /** As {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}. */
  public PairDStream<K, Iterable<V>> groupByKeyAndWindow(
      Duration windowDuration, Duration slideDuration) {
    return groupByKeyAndWindow(windowDuration, slideDuration, byDefault());
  }

  /** As {@link #groupByKeyAndWindow(Duration, Duration, Partitioner)}. */
  public PairDStream<K, Iterable<V>> groupByKeyAndWindow(
      Duration windowDuration, Duration slideDuration, int numPartitions) {
    return groupByKeyAndWindow(
        windowDuration, slideDuration, hash("groupByKeyAndWindow", numPartitions));
  }

  /**
   * The values of each key in a window, in order of arrival; see {@link #window(Duration,
   * Duration)}. Records are moved once, with their batch, and kept for as long as a window holds
   * them.
   */
  public PairDStream<K, Iterable<V>> groupByKeyAndWindow(
      Duration windowDuration, Duration slideDuration, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    PairDStream<K, V> window =
        mappedPairs(
                "groupByKeyAndWindow", rdd -> rdd.partitionBy(DefaultPartitioner.now(partitioner)))
            .window(windowDuration, slideDuration);
    PairDStream<K, Iterable<V>> grouped = window.groupByKey(partitioner);
    grouped.node().keptBy(window.node());
    return grouped;
  }

  // With another stream

  /** As {@link #cogroup(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(PairDStream<K, W> other) {
    return cogroup(other, byDefault());
  }

  /** As {@link #cogroup(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(
      PairDStream<K, W> other, int numPartitions) {
    return cogroup(other, hash("cogroup", numPartitions));
  }

  /** For each key of either stream in a batch: its values in both. */
  public <W> PairDStream<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(
      PairDStream<K, W> other, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return new PairDStream<>(
        context(),
        withNode(
            "cogroup",
            other,
            DatasetUse.DECLARED,
            (mine, its, t) -> mine.cogroup(its, DefaultPartitioner.now(partitioner)).plan()));
  }

  /** As {@link #join(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other) {
    return join(other, byDefault());
  }

  /** As {@link #join(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other, int numPartitions) {
    return join(other, hash("join", numPartitions));
  }

  /** Each pair of values that a key has in both streams in a batch. */
  public <W> PairDStream<K, Tuple2<V, W>> join(PairDStream<K, W> other, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return new PairDStream<>(
        context(),
        withNode(
            "join",
            other,
            DatasetUse.DECLARED,
            (mine, its, t) -> mine.join(its, DefaultPartitioner.now(partitioner)).plan()));
  }

  /** As {@link #leftOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairDStream<K, W> other) {
    return leftOuterJoin(other, byDefault());
  }

  /** As {@link #leftOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(
      PairDStream<K, W> other, int numPartitions) {
    return leftOuterJoin(other, hash("leftOuterJoin", numPartitions));
  }

  /** As join, and the values of this stream whose key the other lacks. */
  public <W> PairDStream<K, Tuple2<V, Optional<W>>> leftOuterJoin(
      PairDStream<K, W> other, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return new PairDStream<>(
        context(),
        withNode(
            "leftOuterJoin",
            other,
            DatasetUse.DECLARED,
            (mine, its, t) -> mine.leftOuterJoin(its, DefaultPartitioner.now(partitioner)).plan()));
  }

  /** As {@link #rightOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairDStream<K, W> other) {
    return rightOuterJoin(other, byDefault());
  }

  /** As {@link #rightOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(
      PairDStream<K, W> other, int numPartitions) {
    return rightOuterJoin(other, hash("rightOuterJoin", numPartitions));
  }

  /** As join, and the values of the other stream whose key this one lacks. */
  public <W> PairDStream<K, Tuple2<Optional<V>, W>> rightOuterJoin(
      PairDStream<K, W> other, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return new PairDStream<>(
        context(),
        withNode(
            "rightOuterJoin",
            other,
            DatasetUse.DECLARED,
            (mine, its, t) ->
                mine.rightOuterJoin(its, DefaultPartitioner.now(partitioner)).plan()));
  }

  /** As {@link #fullOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
      PairDStream<K, W> other) {
    return fullOuterJoin(other, byDefault());
  }

  /** As {@link #fullOuterJoin(PairDStream, Partitioner)}. */
  public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
      PairDStream<K, W> other, int numPartitions) {
    return fullOuterJoin(other, hash("fullOuterJoin", numPartitions));
  }

  /** As join, and the values of either stream whose key the other lacks. */
  public <W> PairDStream<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
      PairDStream<K, W> other, Partitioner partitioner) {
    Objects.requireNonNull(partitioner);
    return new PairDStream<>(
        context(),
        withNode(
            "fullOuterJoin",
            other,
            DatasetUse.DECLARED,
            (mine, its, t) -> mine.fullOuterJoin(its, DefaultPartitioner.now(partitioner)).plan()));
  }
}
