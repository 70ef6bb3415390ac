package io.millrace.stream;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.spi.plan.PlanNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowSpan;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

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
    return mappedPairs("groupByKey", rdd -> rdd.groupByKey(partitioner));
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
    return mappedPairs(operation, rdd -> rdd.reduceByKey(partitioner, func));
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
        span,
        partitioner);
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
        withNode("cogroup", other, (mine, its, t) -> mine.cogroup(its, partitioner).plan()));
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
        context(), withNode("join", other, (mine, its, t) -> mine.join(its, partitioner).plan()));
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
            "leftOuterJoin", other, (mine, its, t) -> mine.leftOuterJoin(its, partitioner).plan()));
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
            (mine, its, t) -> mine.rightOuterJoin(its, partitioner).plan()));
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
            "fullOuterJoin", other, (mine, its, t) -> mine.fullOuterJoin(its, partitioner).plan()));
  }
}
