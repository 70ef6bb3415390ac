package io.millrace.rdd;

import io.millrace.Tuple2;
import io.millrace.function.DoubleFlatMapFunction;
import io.millrace.function.DoubleFunction;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.FlatMapFunction2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.PairFlatMapFunction;
import io.millrace.function.PairFunction;
import io.millrace.function.SerializableComparator;
import io.millrace.function.VoidFunction;
import io.millrace.spi.Job;
import io.millrace.spi.Machine;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.CartesianNode;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Deferred;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import io.millrace.spi.plan.StorageMark;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.plan.ZipNode;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What datasets of single records, of pairs and of numbers have in common.
 *
 * <p><b>Transformations</b> return a new dataset at once and compute nothing. <b>Actions</b> run a
 * job, block until it is done, and return its result. A dataset is computed anew by each action,
 * unless it is persisted.
 *
 * <p><b>Functions</b> given to operations run in tasks, on several threads, and again after a
 * failure; they must be {@link java.io.Serializable}, else the operation throws {@link
 * io.millrace.NotSerializableFunctionException}. They see the records of a partition in order. They
 * should not change the records they are given, unless an operation says that they may.
 *
 * <p><b>Order</b> is deterministic. Transformations of single records keep it; where records move,
 * a partition receives them in the order of the partitions they come from; keys come in order of
 * first arrival.
 *
 * <p><b>Failures.</b> An action throws {@link io.millrace.JobFailedException} if a task failed
 * {@code millrace.task.maxFailures} times, {@link io.millrace.JobCancelledException} if its context
 * was closed meanwhile, and {@link IllegalStateException} if it is called within a task. Operations
 * throw {@link IllegalArgumentException} for a wrong argument, and {@link IllegalStateException} on
 * a closed context.
 *
 * <p>Datasets are immutable but for name, storage level and checkpoint, and safe for concurrent
 * use.
 *
 * @param <T> type of the records
 * @param <R> the dataset's own type, which operations that keep the type of records return
 */
public abstract sealed class RDDLike<T, R extends RDDLike<T, R>> permits RDD, PairRDD, DoubleRDD {

  private final RDDContext context;
  private final long id;
  private volatile PlanNode<T> plan;

  RDDLike(RDDContext context, PlanNode<T> plan) {
    this.context = context;
    this.plan = plan.current();
    this.id = plan.id();
  }

  /** A dataset of this type in the same context. */
  abstract R wrap(PlanNode<T> node);

  abstract R self();

  // Transformations

  /** {@code f(x)} for each record {@code x}. */
  public final <U> RDD<U> map(Function<T, U> f) {
    return then("map", new Operator.Map(context.checked("map", f)));
  }

  /** The pair {@code f(x)} for each record {@code x}. */
  public final <K2, V2> PairRDD<K2, V2> mapToPair(PairFunction<T, K2, V2> f) {
    return thenPairs("mapToPair", new Operator.MapToPair(context.checked("mapToPair", f)));
  }

  /** All elements of {@code f(x)} for each record {@code x}; read as they are needed. */
  public final <U> RDD<U> flatMap(FlatMapFunction<T, U> f) {
    return then("flatMap", new Operator.FlatMap(context.checked("flatMap", f)));
  }

  /** All pairs of {@code f(x)} for each record {@code x}; read as they are needed. */
  public final <K2, V2> PairRDD<K2, V2> flatMapToPair(PairFlatMapFunction<T, K2, V2> f) {
    return thenPairs(
        "flatMapToPair", new Operator.FlatMapToPair(context.checked("flatMapToPair", f)));
  }

  /** The number {@code f(x)} for each record {@code x}. */
  public final DoubleRDD mapToDouble(DoubleFunction<T> f) {
    return thenDoubles("mapToDouble", new Operator.MapToDouble(context.checked("mapToDouble", f)));
  }

  /** All numbers of {@code f(x)} for each record {@code x}; read as they are needed. */
  public final DoubleRDD flatMapToDouble(DoubleFlatMapFunction<T> f) {
    context.checked("flatMapToDouble", f);
    return thenDoubles("flatMapToDouble", new Operator.FlatMap(new Functions.Numbers<>(f)));
  }

  /** The records for which {@code f} says true. Keeps the partitioner. */
  public final R filter(Function<T, Boolean> f) {
    return wrap(
        new PipeNode<>("filter", plan(), new Operator.Filter(context.checked("filter", f))));
  }

  /**
   * What {@code f} makes of the records of each partition. The iterator that {@code f} gets
   * computes records as it is asked for them, and what {@code f} returns is read in the same way;
   * so a partition need not fit into memory. {@code f} is called for an empty partition too.
   */
  public final <U> RDD<U> mapPartitions(FlatMapFunction<Iterator<T>, U> f) {
    return mapPartitions(f, false);
  }

  /**
   * As {@link #mapPartitions(FlatMapFunction)}.
   *
   * @param preservesPartitioning whether the result keeps this dataset's partitioner, which is only
   *     right for pairs whose keys {@code f} leaves as they are
   */
  public final <U> RDD<U> mapPartitions(
      FlatMapFunction<Iterator<T>, U> f, boolean preservesPartitioning) {
    context.checked("mapPartitions", f);
    return then("mapPartitions", partitions(f, preservesPartitioning));
  }

  /** As {@link #mapPartitions(FlatMapFunction)}, to pairs. */
  public final <K2, V2> PairRDD<K2, V2> mapPartitionsToPair(
      PairFlatMapFunction<Iterator<T>, K2, V2> f) {
    return mapPartitionsToPair(f, false);
  }

  /** As {@link #mapPartitions(FlatMapFunction, boolean)}, to pairs. */
  @SuppressWarnings("unchecked")
  public final <K2, V2> PairRDD<K2, V2> mapPartitionsToPair(
      PairFlatMapFunction<Iterator<T>, K2, V2> f, boolean preservesPartitioning) {
    context.checked("mapPartitionsToPair", f);
    return thenPairs(
        "mapPartitionsToPair",
        new Operator.MapPartitions(
            (partition, task, records) -> f.call((Iterator<T>) records), f, preservesPartitioning));
  }

  /** As {@link #mapPartitions(FlatMapFunction)}, to numbers. */
  public final DoubleRDD mapPartitionsToDouble(DoubleFlatMapFunction<Iterator<T>> f) {
    return mapPartitionsToDouble(f, false);
  }

  /** As {@link #mapPartitions(FlatMapFunction, boolean)}, to numbers. */
  public final DoubleRDD mapPartitionsToDouble(
      DoubleFlatMapFunction<Iterator<T>> f, boolean preservesPartitioning) {
    context.checked("mapPartitionsToDouble", f);
    return thenDoubles(
        "mapPartitionsToDouble", partitions(new Functions.Numbers<>(f), preservesPartitioning));
  }

  /**
   * As {@link #mapPartitions(FlatMapFunction)}; {@code f} also gets the number of the partition.
   */
  public final <U> RDD<U> mapPartitionsWithIndex(Function2<Integer, Iterator<T>, Iterator<U>> f) {
    return mapPartitionsWithIndex(f, false);
  }

  /**
   * As {@link #mapPartitions(FlatMapFunction, boolean)}; {@code f} also gets the number of the
   * partition.
   */
  @SuppressWarnings("unchecked")
  public final <U> RDD<U> mapPartitionsWithIndex(
      Function2<Integer, Iterator<T>, Iterator<U>> f, boolean preservesPartitioning) {
    context.checked("mapPartitionsWithIndex", f);
    return then(
        "mapPartitionsWithIndex",
        new Operator.MapPartitions(
            (partition, task, records) -> f.call(partition, (Iterator<T>) records),
            f,
            preservesPartitioning));
  }

  @SuppressWarnings("unchecked")
  private static <T> Operator partitions(
      FlatMapFunction<Iterator<T>, ?> f, boolean preservesPartitioning) {
    return new Operator.MapPartitions(
        (partition, task, records) -> f.call((Iterator<T>) records), f, preservesPartitioning);
  }

  /** {@code (f(x), x)} for each record {@code x}. */
  public final <K2> PairRDD<K2, T> keyBy(Function<T, K2> f) {
    return thenPairs("keyBy", new Operator.KeyBy(context.checked("keyBy", f)));
  }

  /**
   * For each value of {@code f} the records that have it, in order of arrival. All records of a key
   * are in memory at once; to count or sum them, reduce by key instead.
   */
  public final <K2> PairRDD<K2, Iterable<T>> groupBy(Function<T, K2> f) {
    return keyBy(f).groupByKey();
  }

  /** As {@link #groupBy(Function)}, into {@code numPartitions} partitions. */
  public final <K2> PairRDD<K2, Iterable<T>> groupBy(Function<T, K2> f, int numPartitions) {
    return keyBy(f).groupByKey(numPartitions);
  }

  /** One record, a list, for each partition; empty partitions included. */
  public final RDD<List<T>> glom() {
    return then("glom", partitions(new PartitionFunctions.Gather<T>(), false));
  }

  /**
   * The records of this dataset, then those of {@code other}; duplicates stay. If both have the
   * same partitioner the result has it too, else it has the partitions of both.
   */
  public final R union(R other) {
    return wrap(new UnionNode<>("union", List.of(plan(), other.plan())));
  }

  /** Each distinct record once, in as many partitions as this dataset has or its default says. */
  public final R distinct() {
    return distinct(Partitioner.defaultPartitioner(this).numPartitions());
  }

  /** Each distinct record once. Compares by {@code equals}; records move by their hash. */
  public final R distinct(int numPartitions) {
    Partitioner target = new HashPartitioner(numPartitions);
    Placement placement = plan().placement();
    if (placement != null && placement.numPartitions() == numPartitions) {
      // Equal pairs have equal keys, so they are in one partition already.
      return wrap(
          new PipeNode<>(
              "distinct", plan(), partitions(new PartitionFunctions.Distinct<T>(), true)));
    }
    Combiner first = new Combiner.Reduce(new Functions.First<>());
    return wrap(
        keys(
            "distinct",
            KeyedPlans.<T, Object>combined("distinct", paired("distinct", true), target, first)));
  }

  /**
   * A random sample by a seed of the context: another one at each call, but the same ones at each
   * run of the program. See {@link #sample(boolean, double, long)}.
   */
  public final R sample(boolean withReplacement, double fraction) {
    return sample(withReplacement, fraction, context.newSeed());
  }

  /**
   * A random sample, in the order of the dataset. The same seed over the same partitions yields the
   * same sample. Keeps the partitioner.
   *
   * @param withReplacement whether a record may be taken several times
   * @param fraction without replacement the chance of each record to be taken, in {@code [0, 1]};
   *     with replacement the expected number of times, at least 0
   */
  public final R sample(boolean withReplacement, double fraction, long seed) {
    Arguments.fraction("sample", fraction, withReplacement);
    return wrap(
        new PipeNode<>("sample", plan(), new Operator.Sample(withReplacement, 0, fraction, seed)));
  }

  /**
   * The records spread evenly over {@code numPartitions} partitions: those of each partition are
   * dealt out in turn.
   */
  public final R repartition(int numPartitions) {
    Arguments.positive("repartition", "numPartitions", numPartitions);
    return wrap(dealt("repartition", numPartitions));
  }

  /**
   * At most {@code numPartitions} partitions, each of them several neighbouring partitions of this
   * dataset in order. Nothing moves, so fewer tasks compute all that comes before as well; to keep
   * the steps before parallel, use {@link #repartition}.
   */
  public final R coalesce(int numPartitions) {
    return coalesce(numPartitions, false);
  }

  /**
   * As {@link #coalesce(int)}, or as {@link #repartition}.
   *
   * @param shuffle whether to move records
   */
  public final R coalesce(int numPartitions, boolean shuffle) {
    Arguments.positive("coalesce", "numPartitions", numPartitions);
    return wrap(
        shuffle
            ? dealt("coalesce", numPartitions)
            : new CoalesceNode<>("coalesce", plan(), numPartitions));
  }

  private PlanNode<T> dealt(String operation, int numPartitions) {
    Routing inTurn = new Routing.RoundRobin(numPartitions);
    return new ExchangeNode<>(operation, plan(), inTurn, null, null);
  }

  /**
   * Pairs the first record with the first of {@code other}, and so on.
   *
   * @throws IllegalArgumentException if the numbers of partitions differ. Numbers of records that
   *     differ in some partition fail the job
   */
  public final <U> PairRDD<T, U> zip(RDDLike<U, ?> other) {
    checkSamePartitions("zip", other);
    return context.pairRDD(
        new ZipNode<>("zip", List.of(plan(), other.plan()), new PartitionFunctions.Zip<T, U>()));
  }

  /**
   * What {@code f} makes of partition <i>i</i> of this dataset and partition <i>i</i> of {@code
   * other}, which need not have as many records.
   *
   * @throws IllegalArgumentException if the numbers of partitions differ
   */
  @SuppressWarnings("unchecked")
  public final <U, W> RDD<W> zipPartitions(
      RDDLike<U, ?> other, FlatMapFunction2<Iterator<T>, Iterator<U>, W> f) {
    context.checked("zipPartitions", f);
    checkSamePartitions("zipPartitions", other);
    return context.rdd(
        new ZipNode<W>(
            "zipPartitions",
            List.of(plan(), other.plan()),
            both -> f.call((Iterator<T>) both.get(0), (Iterator<U>) both.get(1))));
  }

  private void checkSamePartitions(String operation, RDDLike<?, ?> other) {
    int here = getNumPartitions();
    int there = other.getNumPartitions();
    if (here != there) {
      throw new IllegalArgumentException(
          operation + ": the datasets have " + here + " and " + there + " partitions");
    }
  }

  /**
   * All pairs of a record of this dataset and one of {@code other}, in as many partitions as the
   * product of theirs. {@code other} is computed again for each record of this dataset unless it is
   * persisted.
   */
  public final <U> PairRDD<T, U> cartesian(RDDLike<U, ?> other) {
    return context.pairRDD(new CartesianNode<>("cartesian", plan(), other.plan()));
  }

  /**
   * As {@link #pipe(List)}.
   *
   * @param command its words are what white space separates; there is no quoting
   */
  public final RDD<String> pipe(String command) {
    return pipe(PipedLines.words(Arguments.notNull("pipe", "the command", command)));
  }

  /** As {@link #pipe(List, Map)}, with no other variables than this process has. */
  public final RDD<String> pipe(List<String> command) {
    return pipe(command, Map.of());
  }

  /**
   * The lines that a program writes, one process for each partition, which reads the partition's
   * records as lines: their {@code toString}, in UTF-8.
   *
   * <p>The process starts when the partition is first read, also for an empty one, and is killed
   * when the task ends. It need not read all its input. An exit code other than 0 fails the task,
   * with the end of what it wrote to its standard error.
   *
   * @param command the program and its arguments; no shell looks at them
   * @param env variables beside those of this process
   */
  public final RDD<String> pipe(List<String> command, Map<String, String> env) {
    return piped(PipedLines.of(Arguments.notNull("pipe", "the command", command), env));
  }

  /** As {@link #pipe(List, Map, boolean, int, String)}, in UTF-8. */
  public final RDD<String> pipe(
      List<String> command, Map<String, String> env, boolean separateWorkingDir, int bufferSize) {
    return pipe(command, env, separateWorkingDir, bufferSize, PipedLines.DEFAULT_CHARSET);
  }

  /**
   * As {@link #pipe(List, Map)}.
   *
   * @param separateWorkingDir whether each process begins in a new, empty directory, which is
   *     deleted with it
   * @param bufferSize how many bytes of input may wait for the process
   * @param encoding name of the charset of the lines, both ways
   */
  public final RDD<String> pipe(
      List<String> command,
      Map<String, String> env,
      boolean separateWorkingDir,
      int bufferSize,
      String encoding) {
    Arguments.notNull("pipe", "the command", command);
    String charset = Charset.forName(encoding).name();
    return piped(
        new PipedLines(new Machine.Command(command, env, separateWorkingDir, bufferSize, charset)));
  }

  private RDD<String> piped(PipedLines lines) {
    return then("pipe", new Operator.MapPartitions(lines, null, false));
  }

  /**
   * {@code (x, i)} for the <i>i</i>-th record {@code x} of the dataset, from 0. If there are
   * several partitions, a job counts their records before the result is first used.
   */
  public final PairRDD<T, Long> zipWithIndex() {
    return thenPairs("zipWithIndex", new Operator.ZipWithIndex(new Deferred<>(this::firstIndexes)));
  }

  private long[] firstIndexes() {
    long[] first = new long[getNumPartitions()];
    if (first.length > 1) {
      List<Integer> allButLast = Stream.iterate(0, i -> i + 1).limit(first.length - 1L).toList();
      List<Long> counts = run("zipWithIndex", new Terminal.Count<>(), allButLast, null);
      for (int i = 1; i < first.length; i++) {
        first[i] = first[i - 1] + counts.get(i - 1);
      }
    }
    return first;
  }

  /**
   * {@code (x, k · n + p)} for record <i>k</i> of partition <i>p</i>, where <i>n</i> is the number
   * of partitions: unique numbers with gaps, without a job to count.
   */
  @SuppressWarnings("unchecked")
  public final PairRDD<T, Long> zipWithUniqueId() {
    int step = getNumPartitions();
    return thenPairs(
        "zipWithUniqueId",
        new Operator.MapPartitions(
            (partition, task, records) ->
                new PartitionFunctions.Numbered<>((Iterator<T>) records, partition, step),
            null,
            false));
  }

  /**
   * Each distinct record that both datasets have, once, in as many partitions as by-key operations
   * use by default.
   */
  public final R intersection(R other) {
    Partitioner target =
        new HashPartitioner(Partitioner.defaultPartitioner(this, other).numPartitions());
    return wrap(
        keys("intersection", matched("intersection", other, target, new Functions.InBoth())));
  }

  /**
   * The records that {@code other} does not have, in as many partitions as this dataset; those that
   * occur several times stay so, and come one after the other.
   */
  public final R subtract(R other) {
    return subtract(other, Math.max(1, getNumPartitions()));
  }

  /** As {@link #subtract(RDDLike)}, in {@code numPartitions} partitions. */
  public final R subtract(R other, int numPartitions) {
    return subtract(other, new HashPartitioner(numPartitions));
  }

  /** As {@link #subtract(RDDLike)}; {@code p} places records, or the keys of placed pairs. */
  public final R subtract(R other, Partitioner p) {
    Partitioner target = p.equals(plan().placement()) ? new PairKeyPartitioner(p) : p;
    return wrap(
        keys("subtract", matched("subtract", other, target, new Functions.OnlyInFirst<>())));
  }

  /** Groups this dataset's records with {@code other}'s, and keeps what {@code choice} says. */
  private PlanNode<Tuple2<T, Object>> matched(
      String operation, R other, Partitioner target, FlatMapFunction<?, ?> choice) {
    return new PipeNode<>(
        operation,
        KeyedPlans.<T>cogrouped(
            operation, target, paired(operation, true), other.paired(operation, true)),
        new Operator.FlatMapValues(choice));
  }

  // Actions

  /** All records, partition after partition, in a list of the caller's own. */
  public final List<T> collect() {
    List<List<T>> partitions = run("collect", new Terminal.Collect<>());
    long size = partitions.stream().mapToLong(List::size).sum();
    List<T> all = new ArrayList<>(Math.toIntExact(size));
    partitions.forEach(all::addAll);
    return all;
  }

  /** The records of some partitions, as one list for each, in the order asked for. */
  @SuppressWarnings("unchecked")
  public final List<T>[] collectPartitions(int[] partitionIds) {
    List<Integer> wanted = new ArrayList<>();
    for (int id : partitionIds) {
      if (id < 0 || id >= getNumPartitions()) {
        throw new IllegalArgumentException(
            "collectPartitions: there is no partition " + id + " of " + getNumPartitions());
      }
      wanted.add(id);
    }
    return run("collectPartitions", new Terminal.Collect<T>(), wanted, null).toArray(List[]::new);
  }

  /**
   * All records in order. Each partition is fetched by a job of its own when the iterator comes to
   * it, so the records of one partition at a time are in memory.
   */
  public final Iterator<T> toLocalIterator() {
    return Stream.iterate(0, i -> i + 1)
        .limit(getNumPartitions())
        .flatMap(i -> run("toLocalIterator", new Terminal.Collect<T>(), List.of(i), null).stream())
        .flatMap(List::stream)
        .iterator();
  }

  public final long count() {
    return run("count", new Terminal.Count<T>()).stream().mapToLong(Long::longValue).sum();
  }

  /**
   * All records joined by {@code f}: those of each partition in order, then the partitions' results
   * in order, on the calling thread. {@code f} must be associative; it may change and return its
   * first argument: records that are held in memory and can be changed are copied first.
   *
   * @throws UnsupportedOperationException if there are no records
   */
  public final T reduce(Function2<T, T, T> f) {
    return reduce("reduce", context.checked("reduce", f));
  }

  private T reduce(String action, Function2<T, T, T> f) {
    List<T> results = run(action, new Terminal.Reduce<>(f)).stream().flatMap(List::stream).toList();
    if (results.isEmpty()) {
      throw empty(action);
    }
    T joined = results.get(0);
    for (T result : results.subList(1, results.size())) {
      joined = Functions.call(action, f, joined, result);
    }
    return joined;
  }

  private static UnsupportedOperationException empty(String action) {
    return new UnsupportedOperationException(action + " of an empty dataset");
  }

  /**
   * As {@link #reduce}, beginning with {@code zeroValue} in each partition and once more when
   * results are joined; it is the result for an empty dataset. {@code f} may change and return its
   * first argument: each use begins with a copy of the zero.
   */
  public final T fold(T zeroValue, Function2<T, T, T> f) {
    context.checked("fold", f);
    return aggregate("fold", zeroValue, f, f);
  }

  /**
   * Joins the records of each partition by {@code seqOp}, beginning with {@code zeroValue}, and
   * these results in order of partitions by {@code combOp}, beginning with it once more. Both may
   * change and return their first argument: each use begins with a copy of the zero.
   */
  public final <U> U aggregate(U zeroValue, Function2<U, T, U> seqOp, Function2<U, U, U> combOp) {
    context.checked("aggregate", seqOp);
    context.checked("aggregate", combOp);
    return aggregate("aggregate", zeroValue, seqOp, combOp);
  }

  private <U> U aggregate(
      String action, U zeroValue, Function2<U, T, U> seqOp, Function2<U, U, U> combOp) {
    Supplier<U> zero = context.engine().copies(zeroValue, action);
    U result = zero.get();
    for (U partition : run(action, new Terminal.Aggregate<>(zero, seqOp))) {
      result = Functions.call(action, combOp, result, partition);
    }
    return result;
  }

  /** As {@link #treeReduce(Function2, int)}, in two levels. */
  public final T treeReduce(Function2<T, T, T> f) {
    return treeReduce(f, TreeMerge.DEFAULT_DEPTH);
  }

  /**
   * As {@link #reduce}, but the results of partitions are joined level by level in tasks, so that
   * few reach the calling thread. Worthwhile if there are many partitions or results are large.
   *
   * @param f associative; may run any number of times on each thread
   * @param depth about how many levels the tree has, at least 1; 1 is {@link #reduce}
   * @throws UnsupportedOperationException if there are no records
   */
  public final T treeReduce(Function2<T, T, T> f, int depth) {
    context.checked("treeReduce", f);
    TreeMerge<T> tree = new TreeMerge<>("treeReduce", f, depth, false);
    return tree.merged(this, new TreeMerge.Reduced<>(f))
        .orElseThrow(() -> empty("treeReduce"))
        ._2();
  }

  /** As {@link #treeAggregate(Object, Function2, Function2, int)}, in two levels. */
  public final <U> U treeAggregate(
      U zeroValue, Function2<U, T, U> seqOp, Function2<U, U, U> combOp) {
    return treeAggregate(zeroValue, seqOp, combOp, TreeMerge.DEFAULT_DEPTH);
  }

  /**
   * As {@link #treeAggregate(Object, Function2, Function2, int, boolean)}, with the last results
   * joined on the calling thread.
   */
  public final <U> U treeAggregate(
      U zeroValue, Function2<U, T, U> seqOp, Function2<U, U, U> combOp, int depth) {
    return treeAggregate(zeroValue, seqOp, combOp, depth, false);
  }

  /**
   * As {@link #aggregate}, but the results of partitions are joined level by level in tasks, in
   * order of the partitions, so that few reach the calling thread. The zero begins each partition,
   * and is the result for a dataset without partitions; joining does not use it again.
   *
   * @param depth about how many levels the tree has, at least 1
   * @param finalAggregateOnExecutor whether the last results are joined in a task too, and not on
   *     the calling thread
   */
  public final <U> U treeAggregate(
      U zeroValue,
      Function2<U, T, U> seqOp,
      Function2<U, U, U> combOp,
      int depth,
      boolean finalAggregateOnExecutor) {
    context.checked("treeAggregate", seqOp);
    context.checked("treeAggregate", combOp);
    Supplier<U> zero = context.engine().copies(zeroValue, "treeAggregate");
    TreeMerge<U> tree = new TreeMerge<>("treeAggregate", combOp, depth, finalAggregateOnExecutor);
    Optional<Tuple2<Integer, U>> merged =
        tree.merged(this, new TreeMerge.Aggregated<>(zero, seqOp));
    return merged.isPresent() ? merged.get()._2() : zero.get();
  }

  /**
   * The first {@code num} records, or all if there are fewer. Reads the first partition, then four
   * times as many, and so on until there are enough; nothing beyond the last record that is needed.
   */
  public final List<T> take(int num) {
    Arguments.notNegative("take", "num", num);
    return take("take", num);
  }

  private List<T> take(String action, int num) {
    List<T> taken = new ArrayList<>();
    if (num == 0 || getNumPartitions() == 0) {
      return taken;
    }
    Predicate<List<List<T>>> enough =
        results -> results.stream().mapToLong(List::size).sum() >= num;
    for (List<T> partition : run(action, new Terminal.Take<T>(num), allPartitions(), enough)) {
      taken.addAll(partition.subList(0, Math.min(partition.size(), num - taken.size())));
    }
    return taken;
  }

  /**
   * The first record.
   *
   * @throws UnsupportedOperationException if there is none
   */
  public final T first() {
    List<T> taken = take("first", 1);
    if (taken.isEmpty()) {
      throw empty("first");
    }
    return taken.get(0);
  }

  /** Whether there are no records; reads as little as {@link #take} of one. */
  public final boolean isEmpty() {
    return take("isEmpty", 1).isEmpty();
  }

  /**
   * The greatest record, of equal ones the first.
   *
   * @param comp must be serializable
   * @throws UnsupportedOperationException if there are no records
   */
  public final T max(Comparator<T> comp) {
    return reduce("max", new Functions.Greatest<>(context.checked("max", comp)));
  }

  /** As {@link #max(Comparator)}, for lambdas. */
  public final T max(SerializableComparator<T> comp) {
    return max((Comparator<T>) comp);
  }

  /**
   * The least record, of equal ones the first.
   *
   * @param comp must be serializable
   * @throws UnsupportedOperationException if there are no records
   */
  public final T min(Comparator<T> comp) {
    return reduce("min", new Functions.Least<>(context.checked("min", comp)));
  }

  /** As {@link #min(Comparator)}, for lambdas. */
  public final T min(SerializableComparator<T> comp) {
    return min((Comparator<T>) comp);
  }

  /** The {@code num} greatest records in their natural order, greatest first. */
  public final List<T> top(int num) {
    return firstOf("top", num, reversed(naturalOrder()));
  }

  /**
   * The {@code num} greatest records, greatest first; of equal ones those that come first.
   *
   * @param comp must be serializable
   */
  public final List<T> top(int num, Comparator<T> comp) {
    return firstOf("top", num, reversed(context.checked("top", comp)));
  }

  /** As {@link #top(int, Comparator)}, for lambdas. */
  public final List<T> top(int num, SerializableComparator<T> comp) {
    return top(num, (Comparator<T>) comp);
  }

  /** The {@code num} least records in their natural order, least first. */
  public final List<T> takeOrdered(int num) {
    return firstOf("takeOrdered", num, naturalOrder());
  }

  /**
   * The {@code num} least records, least first; of equal ones those that come first. About twice
   * {@code num} records of each partition are in memory.
   *
   * @param comp must be serializable
   */
  public final List<T> takeOrdered(int num, Comparator<T> comp) {
    return firstOf("takeOrdered", num, context.checked("takeOrdered", comp));
  }

  /** As {@link #takeOrdered(int, Comparator)}, for lambdas. */
  public final List<T> takeOrdered(int num, SerializableComparator<T> comp) {
    return takeOrdered(num, (Comparator<T>) comp);
  }

  private List<T> firstOf(String action, int num, Comparator<T> order) {
    Arguments.notNegative(action, "num", num);
    if (num == 0) {
      return new ArrayList<>();
    }
    TopRecords<T> top = new TopRecords<>(num, order);
    List<List<T>> partitions = run(action, new Terminal.Iterate<>(top));
    return top.of(partitions.stream().flatMap(List::stream).iterator());
  }

  @SuppressWarnings("unchecked")
  static <A> Comparator<A> naturalOrder() {
    return (Comparator<A>) Comparator.naturalOrder();
  }

  static <A> Comparator<A> reversed(Comparator<A> order) {
    return Collections.reverseOrder(order);
  }

  /**
   * A random sample by a seed of the context, another one at each call; see {@link
   * #takeSample(boolean, int, long)}.
   */
  public final List<T> takeSample(boolean withReplacement, int num) {
    return takeSample(withReplacement, num, context.newSeed());
  }

  /**
   * A random sample of {@code num} records in random order; without replacement of all records if
   * there are fewer. A first job counts the records, a second one reads the chosen ones.
   *
   * @param withReplacement whether a record may be taken several times
   */
  public final List<T> takeSample(boolean withReplacement, int num, long seed) {
    Arguments.notNegative("takeSample", "num", num);
    if (num == 0) {
      return new ArrayList<>();
    }
    RandomPick<T> pick = new RandomPick<>(run("takeSample", new Terminal.Count<>()), seed);
    long[] drawn = pick.draw(withReplacement, num);
    return pick.inOrder(drawn, run("takeSample", new Terminal.Iterate<>(pick.reader(drawn))));
  }

  /** Calls {@code f} for each record, in the tasks. */
  public final void foreach(VoidFunction<T> f) {
    run("foreach", new Terminal.ForEach<>(context.checked("foreach", f)));
  }

  /** Calls {@code f} for each partition, in the tasks; also if it is empty. */
  public final void foreachPartition(VoidFunction<Iterator<T>> f) {
    context.checked("foreachPartition", f);
    run(
        "foreachPartition",
        new Terminal.Iterate<>(
            (task, records) -> {
              f.call(records);
              return true;
            }));
  }

  /**
   * About how many distinct records there are, in memory that does not depend on their number. The
   * estimate comes from a HyperLogLog of {@code (1.04 / relativeSD)²} bytes for each partition; it
   * is a function of the set of records alone.
   *
   * @param relativeSD the standard deviation of the estimate, relative to the true number: two
   *     estimates in three are closer than that; from 0.00102 (1 MiB) to 0.4
   */
  public final long countApproxDistinct(double relativeSD) {
    int precision = HyperLogLog.precision("countApproxDistinct", relativeSD);
    Supplier<HyperLogLog> zero =
        (Supplier<HyperLogLog> & Serializable) () -> new HyperLogLog(precision);
    HyperLogLog all = zero.get();
    run("countApproxDistinct", new Terminal.Aggregate<>(zero, new HyperLogLog.Add<T>()))
        .forEach(all::merge);
    return all.estimate();
  }

  /** How often each distinct record occurs, in order of first arrival within partitions. */
  public final Map<T, Long> countByValue() {
    PairRDD<T, Long> ones = context.pairRDD(paired("countByValue", 1L));
    return ones.sums("countByValue");
  }

  /** {@link #count()} while the caller goes on. */
  public final FutureAction<Long> countAsync() {
    return context.async("countAsync", view -> view.rdd(plan()).count());
  }

  /** {@link #collect()} while the caller goes on. */
  public final FutureAction<List<T>> collectAsync() {
    return context.async("collectAsync", view -> view.rdd(plan()).collect());
  }

  /** {@link #take(int)} while the caller goes on. */
  public final FutureAction<List<T>> takeAsync(int num) {
    Arguments.notNegative("takeAsync", "num", num);
    return context.async("takeAsync", view -> view.rdd(plan()).take(num));
  }

  /** {@link #foreach} while the caller goes on; the result is null. */
  public final FutureAction<@Nullable Void> foreachAsync(VoidFunction<T> f) {
    context.checked("foreachAsync", f);
    return context.runAsync("foreachAsync", view -> view.rdd(plan()).foreach(f));
  }

  /** {@link #foreachPartition} while the caller goes on; the result is null. */
  public final FutureAction<@Nullable Void> foreachPartitionAsync(VoidFunction<Iterator<T>> f) {
    context.checked("foreachPartitionAsync", f);
    return context.runAsync("foreachPartitionAsync", view -> view.rdd(plan()).foreachPartition(f));
  }

  /**
   * Writes a line for each record, its {@code toString}, in UTF-8: a new directory {@code path}
   * with a file {@code part-00000} … for each partition, and an empty file {@code _SUCCESS} that is
   * written last. Files appear under these names when all are complete.
   *
   * @throws java.io.UncheckedIOException if {@code path} exists already or can't be written
   */
  public final void saveAsTextFile(String path) {
    TextFileOutput.create(this, Arguments.notNull("saveAsTextFile", "the path", path));
  }

  /**
   * Writes the records as they are, for {@link RDDContext#objectFile}: a new directory {@code
   * path}, made as by {@link #saveAsTextFile}. Records must be serializable.
   *
   * @throws java.io.UncheckedIOException if {@code path} exists already or can't be written
   */
  public final void saveAsObjectFile(String path) {
    ObjectFileOutput.create(this, Arguments.notNull("saveAsObjectFile", "the path", path));
  }

  // What a dataset knows of itself

  /** Keeps the records in memory when they are first computed. */
  public final R cache() {
    return persist(StorageLevel.MEMORY_ONLY);
  }

  /** As {@link #cache()}. */
  public final R persist() {
    return cache();
  }

  /**
   * Keeps the records of each partition once some action computed them, until {@link #unpersist} or
   * the end of the context. Marks this dataset, which is returned.
   *
   * @throws UnsupportedOperationException if the dataset has another level already, or if this
   *     release does not have the level, see {@link StorageLevel}
   */
  public final R persist(StorageLevel newLevel) {
    StorageMark current = plan().storage();
    StorageMark wanted = newLevel.isValid() ? newLevel.mark() : null;
    if (current != null && !current.equals(wanted)) {
      throw new UnsupportedOperationException(
          this + " has storage level " + getStorageLevel() + "; unpersist it before another");
    }
    context.engine();
    plan().setStorage(wanted);
    context.noteMarked(plan());
    return self();
  }

  /** Drops what is kept and keeps no more. Jobs that run may finish with it. */
  public final R unpersist() {
    plan().setStorage(null);
    context.engine().drop(plan());
    return self();
  }

  /** As {@link #unpersist()}, which never waits. */
  public final R unpersist(boolean blocking) {
    return unpersist();
  }

  /** {@link StorageLevel#NONE} if not persisted. Replication is not remembered. */
  public final StorageLevel getStorageLevel() {
    StorageMark mark = plan().storage();
    return mark == null ? StorageLevel.NONE : StorageLevel.of(mark);
  }

  /** Gives the dataset a name, for lineages and errors; returns the dataset. */
  public final R setName(String name) {
    plan().setName(name);
    return self();
  }

  /** The name that was given, or null. */
  public final @Nullable String name() {
    return plan().name();
  }

  /** Unique among the datasets of this JVM; a checkpoint does not change it. */
  public final long id() {
    return id;
  }

  /** The partitions, in order. */
  public final List<Partition> partitions() {
    return Stream.iterate(0, i -> i + 1).limit(getNumPartitions()).map(Partition::new).toList();
  }

  /**
   * Marks this dataset to be written into the context's checkpoint directory by the end of the
   * first job that computes it or what is made from it. From then on its records are read from
   * there, and what it was made from is forgotten: the way to keep the lineage of an iterative
   * program short. The files outlive the program; nothing deletes them.
   *
   * <p>Writing computes the dataset once more, unless it is persisted; a persisted one is kept anew
   * when it is next computed. If writing fails the action throws, the records of the dataset are
   * computed as before, and the next job tries again. Records must be serializable.
   *
   * @throws IllegalStateException if the context has no checkpoint directory
   */
  public final void checkpoint() {
    context.checkpoints().request(plan());
  }

  /** Whether the records come from checkpoint files. */
  public final boolean isCheckpointed() {
    return getCheckpointFile().isPresent();
  }

  /** The directory that the records come from, if they are checkpointed. */
  public final Optional<String> getCheckpointFile() {
    return CheckpointFiles.of(plan()).map(CheckpointFiles::description);
  }

  public final int getNumPartitions() {
    context.engine();
    return plan().numPartitions();
  }

  /** How the keys of pairs are placed; empty if that is not known, as after {@code map}. */
  public final Optional<Partitioner> partitioner() {
    return plan().placement() instanceof Partitioner known ? Optional.of(known) : Optional.empty();
  }

  public final RDDContext context() {
    return context;
  }

  /**
   * The lineage as text: a line for each dataset that this one is made from, with the number of
   * partitions where a stage begins, indented where records move, and marked where they are kept.
   */
  public final String toDebugString() {
    return Lineage.describe(plan(), context.engine());
  }

  /** For extensions: the node of the plan that yields the records. */
  public final PlanNode<T> plan() {
    PlanNode<T> current = plan.current();
    if (current != plan) {
      plan = current; // so that what it stands in for can be forgotten
    }
    return current;
  }

  @Override
  public final String toString() {
    return plan().label();
  }

  final <U> RDD<U> then(String operation, Operator operator) {
    return context.rdd(new PipeNode<>(operation, plan(), operator));
  }

  final <K2, V2> PairRDD<K2, V2> thenPairs(String operation, Operator operator) {
    return context.pairRDD(new PipeNode<>(operation, plan(), operator));
  }

  final DoubleRDD thenDoubles(String operation, Operator operator) {
    return context.doubleRDD(new PipeNode<>(operation, plan(), operator));
  }

  /** {@code (x, constant)} for each record. */
  final <U> PlanNode<Tuple2<T, U>> paired(String operation, U constant) {
    return new PipeNode<>(operation, plan(), new Operator.PairWith(constant));
  }

  private static <A> PlanNode<A> keys(String operation, PlanNode<? extends Tuple2<A, ?>> pairs) {
    return new PipeNode<>(operation, pairs, new Operator.Map(new Functions.KeyOf<>()));
  }

  private List<Integer> allPartitions() {
    return Stream.iterate(0, i -> i + 1).limit(getNumPartitions()).toList();
  }

  /** Runs a job over all partitions. */
  final <X> List<X> run(String action, Terminal<T, X> terminal) {
    return run(action, terminal, allPartitions(), null);
  }

  final <X> List<X> run(
      String action,
      Terminal<T, X> terminal,
      List<Integer> partitions,
      @Nullable Predicate<List<X>> enough) {
    PlanNode<T> target = plan();
    Job<T, X> job =
        new Job<>(
            target,
            partitions,
            terminal,
            enough,
            context.described(action),
            context.cancellation());
    List<X> results = context.engine().run(job);
    context.checkpoints().writeAfterJob(context, target);
    return results;
  }
}
