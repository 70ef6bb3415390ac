package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.SerializableComparator;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A dataset of pairs of a key and a value. {@link RDDLike} has the operations that do not look at
 * keys, and what holds for all.
 *
 * <p><b>By-key operations</b> bring the records of a key into one partition. Which one is decided
 * by the {@link Partitioner} that is given, by a {@link HashPartitioner} if a number of partitions
 * is given, else by {@link Partitioner#defaultPartitioner}. A dataset that has that partitioner
 * already stays where it is. The result has the partitioner; keys come in order of first arrival,
 * values of a key in order of arrival. Keys are compared by {@code equals}, and may be null.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class PairRDD<K, V> extends RDDLike<Tuple2<K, V>, PairRDD<K, V>> {

  PairRDD(RDDContext context, PlanNode<Tuple2<K, V>> plan) {
    super(context, plan);
  }

  /** The same records as pairs with operations by key. */
  public static <K, V> PairRDD<K, V> fromRDD(RDD<Tuple2<K, V>> rdd) {
    return new PairRDD<>(rdd.context(), rdd.plan());
  }

  /** The same records as plain ones. */
  public RDD<Tuple2<K, V>> toRDD() {
    return new RDD<>(context(), plan());
  }

  @Override
  PairRDD<K, V> wrap(PlanNode<Tuple2<K, V>> node) {
    return new PairRDD<>(context(), node);
  }

  @Override
  PairRDD<K, V> self() {
    return this;
  }

  /** The keys, in order, once for each record. */
  public RDD<K> keys() {
    return then("keys", new Operator.Map(new Functions.KeyOf<K, V>()));
  }

  /** The values, in order. */
  public RDD<V> values() {
    return then("values", new Operator.Map(new Functions.ValueOf<K, V>()));
  }

  /** {@code (k, f(v))} for each pair. Keeps the partitioner. */
  public <U> PairRDD<K, U> mapValues(Function<V, U> f) {
    return thenPairs("mapValues", new Operator.MapValues(context().checked("mapValues", f)));
  }

  /** {@code (k, x)} for each {@code x} of {@code f(v)}, for each pair. Keeps the partitioner. */
  public <U> PairRDD<K, U> flatMapValues(FlatMapFunction<V, U> f) {
    return thenPairs(
        "flatMapValues", new Operator.FlatMapValues(context().checked("flatMapValues", f)));
  }

  /** The same pairs, each in the partition where {@code partitioner} puts its key. */
  public PairRDD<K, V> partitionBy(Partitioner partitioner) {
    Arguments.notNull("partitionBy", "the partitioner", partitioner);
    return wrap(KeyedPlans.placed("partitionBy", plan(), partitioner));
  }

  /**
   * As {@link #sampleByKey(boolean, Map, long)}, by a seed of the context, another one at each
   * call.
   */
  public PairRDD<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions) {
    return sampleByKey(withReplacement, fractions, context().newSeed());
  }

  /**
   * A random sample with a rate for each key, in the order of the dataset. The same seed over the
   * same partitions yields the same sample. Keeps the partitioner. A key without a rate fails the
   * job.
   *
   * @param withReplacement whether a pair may be taken several times
   * @param fractions for each key, without replacement the chance of its pairs to be taken, in
   *     {@code [0, 1]}; with replacement the expected number of times, at least 0
   */
  public PairRDD<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions, long seed) {
    Arguments.notNull("sampleByKey", "the map of fractions", fractions);
    Map<K, Double> copy = new HashMap<>(fractions);
    copy.values().forEach(each -> Arguments.fraction("sampleByKey", each, withReplacement));
    StratifiedSample<K, V> sample = new StratifiedSample<>(withReplacement, copy, seed);
    return wrap(
        new PipeNode<>("sampleByKey", plan(), new Operator.MapPartitions(sample, null, true)));
  }

  // One result for each key

  /** As {@link #reduceByKey(Partitioner, Function2)}, with the default partitioner. */
  public PairRDD<K, V> reduceByKey(Function2<V, V, V> func) {
    return reduceByKey(defaultPartitioner(), func);
  }

  /** As {@link #reduceByKey(Partitioner, Function2)}, into {@code numPartitions} partitions. */
  public PairRDD<K, V> reduceByKey(Function2<V, V, V> func, int numPartitions) {
    return reduceByKey(new HashPartitioner(numPartitions), func);
  }

  /**
   * The values of each key joined by {@code func}, first within the partitions where they are, so
   * that one value of each key and partition travels.
   *
   * @param func associative; called with the earlier value first
   */
  public PairRDD<K, V> reduceByKey(Partitioner partitioner, Function2<V, V, V> func) {
    context().checked("reduceByKey", func);
    return combined("reduceByKey", partitioner, new Combiner.Reduce(func));
  }

  /** As {@link #foldByKey(Object, Partitioner, Function2)}, with the default partitioner. */
  public PairRDD<K, V> foldByKey(V zeroValue, Function2<V, V, V> func) {
    return foldByKey(zeroValue, defaultPartitioner(), func);
  }

  /**
   * As {@link #foldByKey(Object, Partitioner, Function2)}, into {@code numPartitions} partitions.
   */
  public PairRDD<K, V> foldByKey(V zeroValue, int numPartitions, Function2<V, V, V> func) {
    return foldByKey(zeroValue, new HashPartitioner(numPartitions), func);
  }

  /**
   * As {@link #reduceByKey(Partitioner, Function2)}, beginning with {@code zeroValue} for each key
   * in each partition where it occurs; so the zero must not change a result. {@code func} may
   * change and return its first argument.
   */
  public PairRDD<K, V> foldByKey(V zeroValue, Partitioner partitioner, Function2<V, V, V> func) {
    context().checked("foldByKey", func);
    return aggregated("foldByKey", zeroValue, partitioner, func, func);
  }

  /**
   * As {@link #aggregateByKey(Object, Partitioner, Function2, Function2)}, with the default
   * partitioner.
   */
  public <U> PairRDD<K, U> aggregateByKey(
      U zeroValue, Function2<U, V, U> seqFunc, Function2<U, U, U> combFunc) {
    return aggregateByKey(zeroValue, defaultPartitioner(), seqFunc, combFunc);
  }

  /**
   * As {@link #aggregateByKey(Object, Partitioner, Function2, Function2)}, into {@code
   * numPartitions} partitions.
   */
  public <U> PairRDD<K, U> aggregateByKey(
      U zeroValue, int numPartitions, Function2<U, V, U> seqFunc, Function2<U, U, U> combFunc) {
    return aggregateByKey(zeroValue, new HashPartitioner(numPartitions), seqFunc, combFunc);
  }

  /**
   * The values of each key added to {@code zeroValue} by {@code seqFunc} in each partition where
   * the key occurs, and these results joined by {@code combFunc}. Both may change and return their
   * first argument: each key begins with a copy of the zero.
   */
  public <U> PairRDD<K, U> aggregateByKey(
      U zeroValue,
      Partitioner partitioner,
      Function2<U, V, U> seqFunc,
      Function2<U, U, U> combFunc) {
    context().checked("aggregateByKey", seqFunc);
    context().checked("aggregateByKey", combFunc);
    return aggregated("aggregateByKey", zeroValue, partitioner, seqFunc, combFunc);
  }

  private <U> PairRDD<K, U> aggregated(
      String operation,
      U zeroValue,
      Partitioner partitioner,
      Function2<U, V, U> seqFunc,
      Function2<U, U, U> combFunc) {
    Supplier<U> zero = context().engine().copies(zeroValue, operation);
    Function<V, U> create = value -> seqFunc.call(zero.get(), value);
    return combined(
        operation, partitioner, new Combiner.Aggregate(create, seqFunc, combFunc, true));
  }

  /**
   * As {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, with the
   * default partitioner and combining before records move.
   */
  public <C> PairRDD<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners) {
    return combineByKey(createCombiner, mergeValue, mergeCombiners, defaultPartitioner());
  }

  /**
   * As {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, into {@code
   * numPartitions} partitions and combining before records move.
   */
  public <C> PairRDD<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners,
      int numPartitions) {
    return combineByKey(
        createCombiner, mergeValue, mergeCombiners, new HashPartitioner(numPartitions));
  }

  /**
   * As {@link #combineByKey(Function, Function2, Function2, Partitioner, boolean)}, combining
   * before records move.
   */
  public <C> PairRDD<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners,
      Partitioner partitioner) {
    return combineByKey(createCombiner, mergeValue, mergeCombiners, partitioner, true);
  }

  /**
   * The general form of by-key operations: what {@code createCombiner} makes of the first value of
   * a key, with each further value added by {@code mergeValue}, and such results joined by {@code
   * mergeCombiners}, the earlier one first. The latter two may change and return their first
   * argument.
   *
   * @param mapSideCombine whether to combine before records move, too; worthwhile if that makes
   *     them fewer
   */
  public <C> PairRDD<K, C> combineByKey(
      Function<V, C> createCombiner,
      Function2<C, V, C> mergeValue,
      Function2<C, C, C> mergeCombiners,
      Partitioner partitioner,
      boolean mapSideCombine) {
    context().checked("combineByKey", createCombiner);
    context().checked("combineByKey", mergeValue);
    context().checked("combineByKey", mergeCombiners);
    return combined(
        "combineByKey",
        partitioner,
        new Combiner.Aggregate(createCombiner, mergeValue, mergeCombiners, mapSideCombine));
  }

  /** As {@link #groupByKey(Partitioner)}, with the default partitioner. */
  public PairRDD<K, Iterable<V>> groupByKey() {
    return groupByKey(defaultPartitioner());
  }

  /** As {@link #groupByKey(Partitioner)}, into {@code numPartitions} partitions. */
  public PairRDD<K, Iterable<V>> groupByKey(int numPartitions) {
    return groupByKey(new HashPartitioner(numPartitions));
  }

  /**
   * The values of each key, in order of arrival. All values of a key are in memory at once; to
   * count or sum them, {@link #reduceByKey(Function2)} moves and holds far less.
   */
  public PairRDD<K, Iterable<V>> groupByKey(Partitioner partitioner) {
    return combined("groupByKey", partitioner, new Combiner.Group());
  }

  /** As {@link #countApproxDistinctByKey(double, Partitioner)}, with the default partitioner. */
  public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD) {
    return countApproxDistinctByKey(relativeSD, defaultPartitioner());
  }

  /**
   * As {@link #countApproxDistinctByKey(double, Partitioner)}, into {@code numPartitions}
   * partitions.
   */
  public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD, int numPartitions) {
    return countApproxDistinctByKey(relativeSD, new HashPartitioner(numPartitions));
  }

  /**
   * About how many distinct values each key has: a sketch of {@code (1.04 / relativeSD)²} bytes for
   * each key and partition travels, whatever the number of values.
   *
   * @param relativeSD as for {@link #countApproxDistinct}
   */
  public PairRDD<K, Long> countApproxDistinctByKey(double relativeSD, Partitioner partitioner) {
    int precision = HyperLogLog.precision("countApproxDistinctByKey", relativeSD);
    Combiner sketches =
        new Combiner.Aggregate(
            new HyperLogLog.Begin<V>(precision),
            new HyperLogLog.Add<V>(),
            new HyperLogLog.Merge(),
            true);
    PairRDD<K, HyperLogLog> byKey = combined("countApproxDistinctByKey", partitioner, sketches);
    return byKey.thenPairs(
        "countApproxDistinctByKey", new Operator.MapValues(new HyperLogLog.Estimate()));
  }

  private <C> PairRDD<K, C> combined(String operation, Partitioner partitioner, Combiner combiner) {
    Arguments.notNull(operation, "the partitioner", partitioner);
    return context().pairRDD(KeyedPlans.combined(operation, plan(), partitioner, combiner));
  }

  // Several datasets by key

  /** As {@link #join(PairRDD, Partitioner)}, with the default partitioner of both. */
  public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other) {
    return join(other, defaultPartitioner(other));
  }

  /** As {@link #join(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other, int numPartitions) {
    return join(other, new HashPartitioner(numPartitions));
  }

  /**
   * {@code (k, (v, w))} for each {@code (k, v)} of this dataset and {@code (k, w)} of the other.
   * All values of one key are in memory at once, their pairs are not.
   */
  public <W> PairRDD<K, Tuple2<V, W>> join(PairRDD<K, W> other, Partitioner partitioner) {
    return joined("join", other, partitioner, new JoinValues<V, W>(false, false));
  }

  /** As {@link #leftOuterJoin(PairRDD, Partitioner)}, with the default partitioner of both. */
  public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(PairRDD<K, W> other) {
    return leftOuterJoin(other, defaultPartitioner(other));
  }

  /** As {@link #leftOuterJoin(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(
      PairRDD<K, W> other, int numPartitions) {
    return leftOuterJoin(other, new HashPartitioner(numPartitions));
  }

  /**
   * As {@link #join(PairRDD, Partitioner)}, and {@code (k, (v, empty))} for each pair whose key the
   * other dataset lacks. A null value of the other dataset is empty as well.
   */
  public <W> PairRDD<K, Tuple2<V, Optional<W>>> leftOuterJoin(
      PairRDD<K, W> other, Partitioner partitioner) {
    return joined("leftOuterJoin", other, partitioner, new JoinValues<V, Optional<W>>(false, true));
  }

  /** As {@link #rightOuterJoin(PairRDD, Partitioner)}, with the default partitioner of both. */
  public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(PairRDD<K, W> other) {
    return rightOuterJoin(other, defaultPartitioner(other));
  }

  /** As {@link #rightOuterJoin(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(
      PairRDD<K, W> other, int numPartitions) {
    return rightOuterJoin(other, new HashPartitioner(numPartitions));
  }

  /**
   * As {@link #join(PairRDD, Partitioner)}, and {@code (k, (empty, w))} for each pair of the other
   * dataset whose key this one lacks. A null value of this dataset is empty as well.
   */
  public <W> PairRDD<K, Tuple2<Optional<V>, W>> rightOuterJoin(
      PairRDD<K, W> other, Partitioner partitioner) {
    return joined(
        "rightOuterJoin", other, partitioner, new JoinValues<Optional<V>, W>(true, false));
  }

  /** As {@link #fullOuterJoin(PairRDD, Partitioner)}, with the default partitioner of both. */
  public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(PairRDD<K, W> other) {
    return fullOuterJoin(other, defaultPartitioner(other));
  }

  /** As {@link #fullOuterJoin(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
      PairRDD<K, W> other, int numPartitions) {
    return fullOuterJoin(other, new HashPartitioner(numPartitions));
  }

  /** The pairs of both {@link #leftOuterJoin} and {@link #rightOuterJoin}, each once. */
  public <W> PairRDD<K, Tuple2<Optional<V>, Optional<W>>> fullOuterJoin(
      PairRDD<K, W> other, Partitioner partitioner) {
    return joined(
        "fullOuterJoin", other, partitioner, new JoinValues<Optional<V>, Optional<W>>(true, true));
  }

  private <A, B> PairRDD<K, Tuple2<A, B>> joined(
      String operation, PairRDD<K, ?> other, Partitioner partitioner, JoinValues<A, B> join) {
    PlanNode<?> groups = cogrouped(operation, partitioner, other);
    return context().pairRDD(new PipeNode<>(operation, groups, new Operator.FlatMapValues(join)));
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, with the default partitioner of both. */
  public <W> PairRDD<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(PairRDD<K, W> other) {
    return cogroup(other, defaultPartitioner(other));
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(
      PairRDD<K, W> other, int numPartitions) {
    return cogroup(other, new HashPartitioner(numPartitions));
  }

  /** For each key of either dataset its values in both, which may be none in one of them. */
  public <W> PairRDD<K, Tuple2<Iterable<V>, Iterable<W>>> cogroup(
      PairRDD<K, W> other, Partitioner partitioner) {
    return groups(new Groups.Two<V, W>(), partitioner, other);
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, of three datasets. */
  public <W1, W2> PairRDD<K, Tuple3<Iterable<V>, Iterable<W1>, Iterable<W2>>> cogroup(
      PairRDD<K, W1> other1, PairRDD<K, W2> other2) {
    return cogroup(other1, other2, defaultPartitioner(other1, other2));
  }

  /** As {@link #cogroup(PairRDD, int)}, of three datasets. */
  public <W1, W2> PairRDD<K, Tuple3<Iterable<V>, Iterable<W1>, Iterable<W2>>> cogroup(
      PairRDD<K, W1> other1, PairRDD<K, W2> other2, int numPartitions) {
    return cogroup(other1, other2, new HashPartitioner(numPartitions));
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, of three datasets. */
  public <W1, W2> PairRDD<K, Tuple3<Iterable<V>, Iterable<W1>, Iterable<W2>>> cogroup(
      PairRDD<K, W1> other1, PairRDD<K, W2> other2, Partitioner partitioner) {
    return groups(new Groups.Three<V, W1, W2>(), partitioner, other1, other2);
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, of four datasets. */
  public <W1, W2, W3>
      PairRDD<K, Tuple4<Iterable<V>, Iterable<W1>, Iterable<W2>, Iterable<W3>>> cogroup(
          PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3) {
    return cogroup(other1, other2, other3, defaultPartitioner(other1, other2, other3));
  }

  /** As {@link #cogroup(PairRDD, int)}, of four datasets. */
  public <W1, W2, W3>
      PairRDD<K, Tuple4<Iterable<V>, Iterable<W1>, Iterable<W2>, Iterable<W3>>> cogroup(
          PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3, int numPartitions) {
    return cogroup(other1, other2, other3, new HashPartitioner(numPartitions));
  }

  /** As {@link #cogroup(PairRDD, Partitioner)}, of four datasets. */
  public <W1, W2, W3>
      PairRDD<K, Tuple4<Iterable<V>, Iterable<W1>, Iterable<W2>, Iterable<W3>>> cogroup(
          PairRDD<K, W1> other1,
          PairRDD<K, W2> other2,
          PairRDD<K, W3> other3,
          Partitioner partitioner) {
    return groups(new Groups.Four<V, W1, W2, W3>(), partitioner, other1, other2, other3);
  }

  /** As {@link #cogroup(PairRDD)}. */
  public <W> PairRDD<K, Tuple2<Iterable<V>, Iterable<W>>> groupWith(PairRDD<K, W> other) {
    return cogroup(other);
  }

  /** As {@link #cogroup(PairRDD, PairRDD)}. */
  public <W1, W2> PairRDD<K, Tuple3<Iterable<V>, Iterable<W1>, Iterable<W2>>> groupWith(
      PairRDD<K, W1> other1, PairRDD<K, W2> other2) {
    return cogroup(other1, other2);
  }

  /** As {@link #cogroup(PairRDD, PairRDD, PairRDD)}. */
  public <W1, W2, W3>
      PairRDD<K, Tuple4<Iterable<V>, Iterable<W1>, Iterable<W2>, Iterable<W3>>> groupWith(
          PairRDD<K, W1> other1, PairRDD<K, W2> other2, PairRDD<K, W3> other3) {
    return cogroup(other1, other2, other3);
  }

  private <C> PairRDD<K, C> groups(
      Function<List<List<Object>>, C> shape, Partitioner partitioner, PairRDD<?, ?>... others) {
    PlanNode<?> groups = cogrouped("cogroup", partitioner, others);
    return context().pairRDD(new PipeNode<>("cogroup", groups, new Operator.MapValues(shape)));
  }

  private PlanNode<?> cogrouped(
      String operation, Partitioner partitioner, PairRDD<?, ?>... others) {
    Arguments.notNull(operation, "the partitioner", partitioner);
    PlanNode<?>[] parents = new PlanNode<?>[others.length + 1];
    parents[0] = plan();
    for (int i = 0; i < others.length; i++) {
      parents[i + 1] = others[i].plan();
    }
    return KeyedPlans.cogrouped(operation, partitioner, parents);
  }

  /**
   * As {@link #subtractByKey(PairRDD, Partitioner)}, with this dataset's partitioner, else its
   * number of partitions.
   */
  public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other) {
    return subtractByKey(
        other, partitioner().orElseGet(() -> new HashPartitioner(Math.max(1, getNumPartitions()))));
  }

  /** As {@link #subtractByKey(PairRDD, Partitioner)}, into {@code numPartitions} partitions. */
  public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other, int numPartitions) {
    return subtractByKey(other, new HashPartitioner(numPartitions));
  }

  /** The pairs whose key {@code other} lacks; those of one key come one after the other. */
  public <W> PairRDD<K, V> subtractByKey(PairRDD<K, W> other, Partitioner partitioner) {
    PlanNode<?> groups = cogrouped("subtractByKey", partitioner, other);
    return wrap(
        new PipeNode<>(
            "subtractByKey", groups, new Operator.FlatMapValues(new Functions.OnlyInFirst<V>())));
  }

  // Sorting

  /** As {@link #sortByKey(boolean)}, least key first. */
  public PairRDD<K, V> sortByKey() {
    return sortByKey(true);
  }

  /** As {@link #sortByKey(boolean, int)}, in as many partitions as this dataset has. */
  public PairRDD<K, V> sortByKey(boolean ascending) {
    return sortByKey(ascending, Math.max(1, getNumPartitions()));
  }

  /** As {@link #sortByKey(Comparator, boolean, int)}, by the keys' own {@code compareTo}. */
  public PairRDD<K, V> sortByKey(boolean ascending, int numPartitions) {
    return sorted(naturalOrder(), ascending, numPartitions);
  }

  /** As {@link #sortByKey(Comparator, boolean)}, least key first. */
  public PairRDD<K, V> sortByKey(Comparator<K> comp) {
    return sortByKey(comp, true);
  }

  /** As {@link #sortByKey(Comparator)}, for lambdas. */
  public PairRDD<K, V> sortByKey(SerializableComparator<K> comp) {
    return sortByKey((Comparator<K>) comp);
  }

  /** As {@link #sortByKey(Comparator, boolean, int)}, in as many partitions as this dataset has. */
  public PairRDD<K, V> sortByKey(Comparator<K> comp, boolean ascending) {
    return sortByKey(comp, ascending, Math.max(1, getNumPartitions()));
  }

  /** As {@link #sortByKey(Comparator, boolean)}, for lambdas. */
  public PairRDD<K, V> sortByKey(SerializableComparator<K> comp, boolean ascending) {
    return sortByKey((Comparator<K>) comp, ascending);
  }

  /**
   * The pairs sorted by key, stably: within partitions and from partition to partition, so that
   * {@link #collect} and {@link #saveAsTextFile} yield them in order.
   *
   * <p>With more than one partition, a first job samples the keys to divide them evenly (see {@link
   * RangePartitioner}), so this dataset is computed twice unless it is persisted.
   *
   * @param comp must be serializable
   * @param ascending whether the least key comes first
   */
  public PairRDD<K, V> sortByKey(Comparator<K> comp, boolean ascending, int numPartitions) {
    return sorted(context().checked("sortByKey", comp), ascending, numPartitions);
  }

  /** As {@link #sortByKey(Comparator, boolean, int)}, for lambdas. */
  public PairRDD<K, V> sortByKey(
      SerializableComparator<K> comp, boolean ascending, int numPartitions) {
    return sortByKey((Comparator<K>) comp, ascending, numPartitions);
  }

  private PairRDD<K, V> sorted(Comparator<K> comp, boolean ascending, int numPartitions) {
    Arguments.positive("sortByKey", "numPartitions", numPartitions);
    Partitioner ranges = RangePartitioner.deferred(numPartitions, this, ascending, comp);
    Comparator<K> order = ascending ? comp : reversed(comp);
    return wrap(new ExchangeNode<>("sortByKey", plan(), new Routing.ByKey(ranges), null, order));
  }

  /**
   * As {@link #repartitionAndSortWithinPartitions(Partitioner, Comparator)}, by the keys' own
   * {@code compareTo}.
   */
  public PairRDD<K, V> repartitionAndSortWithinPartitions(Partitioner partitioner) {
    return sortedWithin(partitioner, naturalOrder());
  }

  /**
   * The same pairs, each in the partition where {@code partitioner} puts its key, and sorted by key
   * there, stably. Cheaper than placing first and sorting then.
   *
   * @param comp must be serializable
   */
  public PairRDD<K, V> repartitionAndSortWithinPartitions(
      Partitioner partitioner, Comparator<K> comp) {
    return sortedWithin(partitioner, context().checked("repartitionAndSortWithinPartitions", comp));
  }

  /** As {@link #repartitionAndSortWithinPartitions(Partitioner, Comparator)}, for lambdas. */
  public PairRDD<K, V> repartitionAndSortWithinPartitions(
      Partitioner partitioner, SerializableComparator<K> comp) {
    return repartitionAndSortWithinPartitions(partitioner, (Comparator<K>) comp);
  }

  private PairRDD<K, V> sortedWithin(Partitioner partitioner, Comparator<K> order) {
    String operation = "repartitionAndSortWithinPartitions";
    Arguments.notNull(operation, "the partitioner", partitioner);
    return wrap(new ExchangeNode<>(operation, plan(), new Routing.ByKey(partitioner), null, order));
  }

  /** As {@link #filterByRange(Comparator, Object, Object)}, by the keys' own {@code compareTo}. */
  public PairRDD<K, V> filterByRange(K lower, K upper) {
    return inRange(naturalOrder(), lower, upper);
  }

  /**
   * The pairs whose key is from {@code lower} to {@code upper}, both included. Keeps the
   * partitioner. If that is a {@link RangePartitioner} by the same order, as after {@link
   * #sortByKey}, partitions beyond the range are not computed.
   *
   * @param comp must be serializable
   */
  public PairRDD<K, V> filterByRange(Comparator<K> comp, K lower, K upper) {
    return inRange(context().checked("filterByRange", comp), lower, upper);
  }

  /** As {@link #filterByRange(Comparator, Object, Object)}, for lambdas. */
  public PairRDD<K, V> filterByRange(SerializableComparator<K> comp, K lower, K upper) {
    return filterByRange((Comparator<K>) comp, lower, upper);
  }

  @SuppressWarnings("unchecked")
  private PairRDD<K, V> inRange(Comparator<K> order, K lower, K upper) {
    PlanNode<Tuple2<K, V>> pairs = plan();
    if (pairs.placement() instanceof RangePartitioner<?> ranges && ranges.isOrderedBy(order)) {
      KeyRange.Pruned<K> pruned = new KeyRange.Pruned<>((RangePartitioner<K>) ranges, lower, upper);
      pairs =
          new PipeNode<>("filterByRange", pairs, new Operator.MapPartitions(pruned, null, true));
    }
    Operator filter = new Operator.Filter(new KeyRange<K, V>(order, lower, upper));
    return wrap(new PipeNode<>("filterByRange", pairs, filter));
  }

  // Actions

  /** How many pairs each key has, in a map of the caller's own. */
  public Map<K, Long> countByKey() {
    PairRDD<K, Long> ones = thenPairs("countByKey", new Operator.MapValues(new Functions.One<V>()));
    return ones.sums("countByKey");
  }

  /** The sum of each key's values, which are numbers: what counting ends with. */
  @SuppressWarnings("unchecked")
  Map<K, Long> sums(String operation) {
    PairRDD<K, Long> ones = (PairRDD<K, Long>) this;
    return ones.<Long>combined(
            operation, defaultPartitioner(), new Combiner.Reduce(new Functions.Sum()))
        .collectAsMap();
  }

  /**
   * The pairs as a map of the caller's own, in order of the dataset; of several pairs with one key
   * the last one stays.
   */
  public Map<K, V> collectAsMap() {
    Map<K, V> map = new LinkedHashMap<>();
    for (List<Tuple2<K, V>> partition : run("collectAsMap", new Terminal.Collect<Tuple2<K, V>>())) {
      partition.forEach(pair -> map.put(pair._1(), pair._2()));
    }
    return map;
  }

  /**
   * The values of each key joined by {@code func}, first within each partition, then on the calling
   * thread. For few distinct keys; nothing moves between partitions.
   */
  public Map<K, V> reduceByKeyLocally(Function2<V, V, V> func) {
    context().checked("reduceByKeyLocally", func);
    PairRDD<K, V> perPartition =
        thenPairs("reduceByKeyLocally", new Operator.CombineLocally(new Combiner.Reduce(func)));
    Map<K, V> map = new LinkedHashMap<>();
    for (Tuple2<K, V> pair : perPartition.collect()) {
      K key = pair._1();
      V value = pair._2();
      map.put(
          key,
          map.containsKey(key)
              ? Functions.call("reduceByKeyLocally", func, map.get(key), value)
              : value);
    }
    return map;
  }

  /**
   * The values of one key, in order. If the dataset has a partitioner only the key's partition is
   * computed.
   */
  public List<V> lookup(K key) {
    Terminal<Tuple2<K, V>, List<V>> ofKey =
        new Terminal.Iterate<>(
            (task, records) -> {
              List<V> values = new ArrayList<>();
              records.forEachRemaining(
                  pair -> {
                    if (Objects.equals(pair._1(), key)) {
                      values.add(pair._2());
                    }
                  });
              return values;
            });
    Placement placement = plan().placement();
    List<List<V>> found;
    if (placement == null) {
      found = run("lookup", ofKey);
    } else {
      placement.resolve();
      found = run("lookup", ofKey, List.of(placement.partition(key)), null);
    }
    List<V> values = new ArrayList<>();
    found.forEach(values::addAll);
    return values;
  }

  private Partitioner defaultPartitioner(RDDLike<?, ?>... others) {
    return Partitioner.defaultPartitioner(this, others);
  }
}
