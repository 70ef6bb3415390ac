package io.millrace.stream;

import io.millrace.Tuple2;
import io.millrace.function.FlatMapFunction;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.function.Function3;
import io.millrace.function.PairFlatMapFunction;
import io.millrace.function.PairFunction;
import io.millrace.function.VoidFunction;
import io.millrace.function.VoidFunction2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.ObjectFileOutput;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDLike;
import io.millrace.rdd.StorageLevel;
import io.millrace.rdd.TextFileOutput;
import io.millrace.sink.TransactionalSink;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.StorageMark;
import io.millrace.spi.state.StateOperator;
import io.millrace.stream.graph.DatasetUse;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.TransformNode;
import io.millrace.stream.graph.WindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all streams can do. A stream is a dataset per batch; an operation on the stream is that
 * operation on each of them.
 *
 * <p><b>No dataset.</b> An input may have no dataset at all in a batch. Then record-wise operations
 * have none either, outputs do nothing, and operations on several streams, on windows and counts
 * take it for an empty one.
 *
 * <p><b>Your functions</b> run in tasks, possibly on several threads and again after a failure, and
 * must be serializable; this is checked when the operation is declared. Functions given to {@code
 * transform}, {@code foreachRDD} and {@code foreachBatch} run on the batch thread instead, once per
 * batch, and may use anything.
 *
 * <p>Streams are declared before the context starts; declaring afterwards is an {@link
 * IllegalStateException}. Not safe for concurrent use.
 *
 * @param <T> type of the records
 * @param <S> type of the stream
 * @param <R> type of its datasets
 */
public abstract class DStreamLike<T, S extends DStreamLike<T, S, R>, R extends RDDLike<T, R>> {

  private final StreamingContext context;
  private final StreamNode<T> node;

  DStreamLike(StreamingContext context, StreamNode<T> node) {
    this.context = context;
    this.node = node;
  }

  abstract S wrap(StreamNode<T> node);

  abstract R dataset(PlanNode<T> plan);

  abstract S self();

  /** The context that this stream belongs to. */
  public final StreamingContext context() {
    return context;
  }

  /** For extensions: the node of the stream graph. */
  public final StreamNode<T> node() {
    return node;
  }

  /** Every how much batch time this stream has a batch. */
  public final Duration slideDuration() {
    return Duration.ofMillis(node.slideMillis());
  }

  /**
   * Gives the stream a name that stays the same when the program changes; shown in errors, logs and
   * facts. A checkpoint keeps under it what the operation that made the stream keeps: its state, or
   * the records or values of its window.
   *
   * @param uid not empty
   */
  public S uid(String uid) {
    if (uid.isBlank()) {
      throw new IllegalArgumentException("a stream's uid must not be empty");
    }
    context.graph().requireOpen("a uid");
    node.setUid(uid);
    return self();
  }

  /**
   * Has no effect, and is here for programs that were written for Spark Streaming: with a
   * checkpoint directory, what each batch changes is durable with that batch.
   *
   * @param interval positive
   */
  public final S checkpoint(Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("the checkpoint interval must be positive: " + interval);
    }
    context.graph().requireOpen("a checkpoint interval");
    return self();
  }

  // Record by record

  /** One record for each. */
  public final <U> DStream<U> map(Function<T, U> f) {
    checked("map", f);
    return mapped("map", rdd -> rdd.map(f));
  }

  /** One pair for each record. */
  public final <K2, V2> PairDStream<K2, V2> mapToPair(PairFunction<T, K2, V2> f) {
    checked("mapToPair", f);
    return mappedPairs("mapToPair", rdd -> rdd.mapToPair(f));
  }

  /** Any number of records for each, in order. */
  public final <U> DStream<U> flatMap(FlatMapFunction<T, U> f) {
    checked("flatMap", f);
    return mapped("flatMap", rdd -> rdd.flatMap(f));
  }

  /** Any number of pairs for each record, in order. */
  public final <K2, V2> PairDStream<K2, V2> flatMapToPair(PairFlatMapFunction<T, K2, V2> f) {
    checked("flatMapToPair", f);
    return mappedPairs("flatMapToPair", rdd -> rdd.flatMapToPair(f));
  }

  /** The records for which {@code f} says true. */
  public final S filter(Function<T, Boolean> f) {
    checked("filter", f);
    return wrap(node("filter", rdd -> rdd.filter(f).plan()));
  }

  /** What {@code f} makes of each partition as a whole. */
  public final <U> DStream<U> mapPartitions(FlatMapFunction<Iterator<T>, U> f) {
    checked("mapPartitions", f);
    return mapped("mapPartitions", rdd -> rdd.mapPartitions(f));
  }

  /** The pairs that {@code f} makes of each partition as a whole. */
  public final <K2, V2> PairDStream<K2, V2> mapPartitionsToPair(
      PairFlatMapFunction<Iterator<T>, K2, V2> f) {
    checked("mapPartitionsToPair", f);
    return mappedPairs("mapPartitionsToPair", rdd -> rdd.mapPartitionsToPair(f));
  }

  /** One list for each partition, empty ones included. */
  public final DStream<List<T>> glom() {
    return mapped("glom", RDDLike::glom);
  }

  /** The same records in {@code numPartitions} partitions of equal size. */
  public final S repartition(int numPartitions) {
    requirePositive("repartition", numPartitions);
    return wrap(node("repartition", rdd -> rdd.repartition(numPartitions).plan()));
  }

  /** The records of both streams, these first. Both must have the same slide. */
  public final S union(S that) {
    context.requireOwn("union", that);
    return wrap(context.unionNode(List.of(node, that.node())));
  }

  // Counting and reducing

  /** One record per batch: how many there were. An empty batch, or none, gives 0. */
  public final DStream<Long> count() {
    return counted("count").values("count");
  }

  private PairDStream<Integer, Long> counted(String operation) {
    return new PairDStream<>(
        context,
        timedNode(
            operation,
            DatasetUse.DECLARED,
            (rdd, time) ->
                rdd.mapToPair(StreamFunctions.countedTogether())
                    .union(context.rddContext().parallelizePairs(StreamFunctions.zero(), 1))
                    .reduceByKey(StreamFunctions.sum(), 1)
                    .plan()));
  }

  /** How often each record occurs in its batch. */
  public final PairDStream<T, Long> countByValue() {
    return countByValue(context.defaultPartitioner());
  }

  /** As {@link #countByValue()}, in {@code numPartitions} partitions. */
  public final PairDStream<T, Long> countByValue(int numPartitions) {
    requirePositive("countByValue", numPartitions);
    return countByValue(new HashPartitioner(numPartitions));
  }

  private PairDStream<T, Long> countByValue(Partitioner partitioner) {
    return mappedPairs(
        "countByValue",
        rdd ->
            rdd.mapToPair(StreamFunctions.<T>countedApart())
                .reduceByKey(DefaultPartitioner.now(partitioner), StreamFunctions.sum()));
  }

  /**
   * One record per batch: all records combined. An empty batch gives none.
   *
   * @param f associative and commutative
   */
  public final DStream<T> reduce(Function2<T, T, T> f) {
    return reduced("reduce", f).values("reduce");
  }

  private PairDStream<Integer, T> reduced(String operation, Function2<T, T, T> f) {
    checked(operation, f);
    return mappedPairs(
        operation, rdd -> rdd.mapToPair(StreamFunctions.<T>keyedTogether()).reduceByKey(f, 1));
  }

  // Windows

  /** As {@link #window(Duration, Duration)}, sliding by this stream's own slide. */
  public final S window(Duration windowDuration) {
    return window(windowDuration, slideDuration());
  }

  /**
   * The records of the last {@code windowDuration} of batches, every {@code slideDuration}.
   *
   * <p>A window ends at each multiple of the slide, counted from the epoch, and holds the batches
   * with time in {@code (end - windowDuration, end]}: with batches of 1 s, a window of 30 s that
   * slides by 10 s has at time 40 s the batches of 11 s to 40 s. The first windows hold what there
   * is. Records are those of the batches in order of time. The batches of a window are kept in
   * memory.
   *
   * @param windowDuration a positive multiple of this stream's slide
   * @param slideDuration the same
   */
  public final S window(Duration windowDuration, Duration slideDuration) {
    WindowSpan span = span(windowDuration, slideDuration);
    return wrap(context.graph().add(id -> new WindowNode<>(id, "window", node, span)));
  }

  final WindowSpan span(Duration windowDuration, Duration slideDuration) {
    return WindowSpan.over(
        node,
        wholeMillis("a window's length", windowDuration),
        wholeMillis("a window's slide", slideDuration));
  }

  private static long wholeMillis(String what, Duration duration) {
    if (duration.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          what + " must be a whole number of milliseconds, not " + duration);
    }
    return duration.toMillis();
  }

  /**
   * One record per window: all its records combined. A window without records gives none. Keeps one
   * value per pane, not the records.
   *
   * @param f associative and commutative
   * @param windowDuration as in {@link #window(Duration, Duration)}
   * @param slideDuration the same
   */
  public final DStream<T> reduceByWindow(
      Function2<T, T, T> f, Duration windowDuration, Duration slideDuration) {
    return valuesOf(
        "reduceByWindow",
        paneWindow(
            "reduceByWindow",
            reduced("reduceByWindow", f),
            f,
            null,
            null,
            span(windowDuration, slideDuration),
            new HashPartitioner(1)));
  }

  /**
   * As {@link #reduceByWindow(Function2, Duration, Duration)}, by adding what comes in to the last
   * window's value and taking away what goes out. Once there was a record, each window gives one,
   * such as 0.
   *
   * @param f associative
   * @param inverse undoes {@code f}: {@code inverse(f(x, y), y)} equals {@code x}
   */
  public final DStream<T> reduceByWindow(
      Function2<T, T, T> f,
      Function2<T, T, T> inverse,
      Duration windowDuration,
      Duration slideDuration) {
    checked("reduceByWindow", inverse);
    return valuesOf(
        "reduceByWindow",
        paneWindow(
            "reduceByWindow",
            reduced("reduceByWindow", f),
            f,
            inverse,
            null,
            span(windowDuration, slideDuration),
            new HashPartitioner(1)));
  }

  /** One record per window: how many there were; 0 for a window without records. */
  public final DStream<Long> countByWindow(Duration windowDuration, Duration slideDuration) {
    return valuesOf(
        "countByWindow",
        paneWindow(
            "countByWindow",
            counted("countByWindow"),
            StreamFunctions.sum(),
            StreamFunctions.difference(),
            null,
            span(windowDuration, slideDuration),
            new HashPartitioner(1)));
  }

  /** As {@link #countByValueAndWindow(Duration, Duration, int)}. */
  public final PairDStream<T, Long> countByValueAndWindow(
      Duration windowDuration, Duration slideDuration) {
    return countByValueAndWindow(windowDuration, slideDuration, context.defaultPartitioner());
  }

  /** How often each record occurs in a window. */
  public final PairDStream<T, Long> countByValueAndWindow(
      Duration windowDuration, Duration slideDuration, int numPartitions) {
    requirePositive("countByValueAndWindow", numPartitions);
    return countByValueAndWindow(windowDuration, slideDuration, new HashPartitioner(numPartitions));
  }

  private PairDStream<T, Long> countByValueAndWindow(
      Duration windowDuration, Duration slideDuration, Partitioner partitioner) {
    return paneWindow(
        "countByValueAndWindow",
        countByValue(partitioner),
        StreamFunctions.sum(),
        StreamFunctions.difference(),
        StreamFunctions.isNotZero(),
        span(windowDuration, slideDuration),
        partitioner);
  }

  private static <V2> DStream<V2> valuesOf(String operation, PairDStream<?, V2> window) {
    DStream<V2> values = window.values(operation);
    values.node().keptBy(window.node());
    return values;
  }

  final <K2, V2> PairDStream<K2, V2> paneWindow(
      String operationName,
      PairDStream<K2, V2> reduced,
      Function2<V2, V2, V2> f,
      @Nullable Function2<V2, V2, V2> inverse,
      @Nullable Function<Tuple2<K2, V2>, Boolean> filter,
      WindowSpan span,
      Partitioner partitioner) {
    StateOperator.CombinePanes operator =
        new StateOperator.CombinePanes(
            f, inverse, filter, span.lengthMillis() / span.paneMillis(), span.paneMillis());
    return new PairDStream<>(
        context,
        context
            .graph()
            .add(
                id ->
                    new PaneWindowNode<>(
                        id,
                        operationName,
                        reduced.node(),
                        span,
                        operator,
                        () -> DefaultPartitioner.now(partitioner))));
  }

  // Datasets

  /**
   * What {@code transformFunc} makes of each batch's dataset. It runs on the batch thread, once per
   * batch, and may run jobs.
   */
  public final <U> DStream<U> transform(Function<R, RDD<U>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new DStream<>(
        context,
        transformNode(
            "transform", (rdd, time) -> given("transform", transformFunc.call(rdd)).plan()));
  }

  /** As {@link #transform(Function)}, with the batch time. */
  public final <U> DStream<U> transform(Function2<R, Time, RDD<U>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new DStream<>(
        context,
        transformNode(
            "transform", (rdd, time) -> given("transform", transformFunc.call(rdd, time)).plan()));
  }

  /** As {@link #transform(Function)}, to pairs. */
  public final <K2, V2> PairDStream<K2, V2> transformToPair(
      Function<R, PairRDD<K2, V2>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new PairDStream<>(
        context,
        transformNode(
            "transformToPair",
            (rdd, time) -> given("transformToPair", transformFunc.call(rdd)).plan()));
  }

  /** As {@link #transform(Function2)}, to pairs. */
  public final <K2, V2> PairDStream<K2, V2> transformToPair(
      Function2<R, Time, PairRDD<K2, V2>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new PairDStream<>(
        context,
        transformNode(
            "transformToPair",
            (rdd, time) -> given("transformToPair", transformFunc.call(rdd, time)).plan()));
  }

  /** What {@code transformFunc} makes of the datasets of both streams in each batch. */
  public final <U, W> DStream<W> transformWith(
      DStream<U> other, Function3<R, RDD<U>, Time, RDD<W>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new DStream<>(
        context,
        withNode(
            "transformWith",
            other,
            DatasetUse.USER_CODE,
            (mine, its, t) -> given("transformWith", transformFunc.call(mine, its, t)).plan()));
  }

  /** As {@link #transformWith(DStream, Function3)}, with a stream of pairs. */
  public final <K2, V2, W> DStream<W> transformWith(
      PairDStream<K2, V2> other, Function3<R, PairRDD<K2, V2>, Time, RDD<W>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new DStream<>(
        context,
        withNode(
            "transformWith",
            other,
            DatasetUse.USER_CODE,
            (mine, its, t) -> given("transformWith", transformFunc.call(mine, its, t)).plan()));
  }

  /** As {@link #transformWith(DStream, Function3)}, to pairs. */
  public final <U, K2, V2> PairDStream<K2, V2> transformWithToPair(
      DStream<U> other, Function3<R, RDD<U>, Time, PairRDD<K2, V2>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new PairDStream<>(
        context,
        withNode(
            "transformWithToPair",
            other,
            DatasetUse.USER_CODE,
            (mine, its, t) ->
                given("transformWithToPair", transformFunc.call(mine, its, t)).plan()));
  }

  /** As {@link #transformWith(PairDStream, Function3)}, to pairs. */
  public final <K2, V2, K3, V3> PairDStream<K3, V3> transformWithToPair(
      PairDStream<K2, V2> other,
      Function3<R, PairRDD<K2, V2>, Time, PairRDD<K3, V3>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new PairDStream<>(
        context,
        withNode(
            "transformWithToPair",
            other,
            DatasetUse.USER_CODE,
            (mine, its, t) ->
                given("transformWithToPair", transformFunc.call(mine, its, t)).plan()));
  }

  // Keeping

  /** Keeps each batch in memory from its first computation for as long as later batches need it. */
  public final S cache() {
    return persist(StorageLevel.MEMORY_ONLY);
  }

  /** As {@link #cache()}. */
  public final S persist() {
    return cache();
  }

  /**
   * Keeps each batch as the level says. A stream that is read more than once, or by a window, is
   * kept for as long as needed without asking.
   *
   * @throws UnsupportedOperationException if this release does not have the level
   */
  public final S persist(StorageLevel level) {
    StorageMark mark = level.mark();
    context.graph().requireOpen("a storage level");
    node.setStorage(mark);
    return self();
  }

  // Batches that have been

  /**
   * The datasets of this stream's batches from {@code fromTime} to {@code toTime}, both included
   * and both moved down to a multiple of the stream's slide: of a stream that slides by 10 s,
   * {@code slice(new Time(15_000), new Time(39_000))} gives the batches of 10 s, 20 s and 30 s. A
   * batch that took in missed ticks counts with the multiple at or before its time. Batches from
   * before the start of the context, and those without dataset, are left out.
   *
   * <p>A stream remembers the last batch, what windows over it need, and what {@link
   * StreamingContext#remember} asks for; records are computed again unless the stream is persisted.
   * In {@code transform} and outputs the batch that runs counts too; elsewhere the last one is that
   * which ended last.
   *
   * @throws IllegalStateException if the context has not been started, if no output depends on this
   *     stream, or if it remembers some of the batches no more
   * @throws IllegalArgumentException if some of the batches are still to come, or {@code toTime} is
   *     before {@code fromTime}
   */
  public final List<R> slice(Time fromTime, Time toTime) {
    if (toTime.less(fromTime)) {
      throw new IllegalArgumentException(
          "slice: " + toTime + " is before " + fromTime + "; give the earlier time first");
    }
    List<R> datasets = new ArrayList<>();
    for (PlanNode<?> plan :
        context.runtime().slice(node, fromTime.milliseconds(), toTime.milliseconds())) {
      datasets.add(datasetOf(plan));
    }
    return datasets;
  }

  /**
   * As {@link #slice(Time, Time)}, of the batches in {@code (toTime - duration, toTime]}, as a
   * window of that length holds them.
   *
   * @param duration at least 1 ms
   */
  public final List<R> slice(Duration duration, Time toTime) {
    if (wholeMillis("the length of a slice", duration) < 1) {
      throw new IllegalArgumentException("slice needs a positive duration, not " + duration);
    }
    Time end = toTime.floor(slideDuration());
    Time first = end.minus(duration).floor(slideDuration()).plus(slideDuration());
    return slice(first, end);
  }

  /**
   * The dataset of the batch of {@code validTime}, under the conditions of {@link #slice(Time,
   * Time)}; empty if the stream has none in that batch, or no such batch.
   */
  public final Optional<R> compute(Time validTime) {
    if (!validTime.isMultipleOf(slideDuration())) {
      return Optional.empty();
    }
    List<R> datasets = slice(validTime, validTime);
    return datasets.isEmpty() ? Optional.empty() : Optional.of(datasets.get(0));
  }

  // Outputs

  /** Prints the first ten records of each batch. */
  public final void print() {
    print(10);
  }

  /**
   * Prints the batch time and the first {@code num} records of each batch to standard output, and
   * {@code ...} if there are more. Computes only as many partitions as it takes.
   */
  public final void print(int num) {
    requirePositive("print", num);
    output(
        "print", DatasetUse.DECLARED, (rdd, batch) -> ConsolePrint.print(rdd, batch.time(), num));
  }

  /**
   * Calls {@code foreachFunc} with each batch's dataset, on the batch thread. Batches come in
   * order, one at a time. At least once: a batch may be repeated after a failure.
   */
  public final void foreachRDD(VoidFunction<R> foreachFunc) {
    Objects.requireNonNull(foreachFunc);
    output("foreachRDD", DatasetUse.USER_CODE, (rdd, batch) -> foreachFunc.call(rdd));
  }

  /** As {@link #foreachRDD(VoidFunction)}, with the batch time. */
  public final void foreachRDD(VoidFunction2<R, Time> foreachFunc) {
    Objects.requireNonNull(foreachFunc);
    output("foreachRDD", DatasetUse.USER_CODE, (rdd, batch) -> foreachFunc.call(rdd, batch.time()));
  }

  /**
   * As {@link #foreachRDD(VoidFunction)}, with what identifies the batch, so that the function can
   * recognise one that it has seen.
   */
  public final void foreachBatch(VoidFunction2<R, Batch> foreachFunc) {
    Objects.requireNonNull(foreachFunc);
    output("foreachBatch", DatasetUse.USER_CODE, foreachFunc);
  }

  /**
   * As {@link #foreachBatch(VoidFunction2)}, with sinks that the function may write to, exactly
   * once, by {@link Batch#write}. All that a batch writes becomes visible when the batch is final,
   * sink by sink; what the function does otherwise is done at least once.
   *
   * @param sinks at least one; each is a declaration of its own, used in this output alone
   */
  public final StreamOutput foreachBatch(
      VoidFunction2<R, Batch> foreachFunc, TransactionalSink<?, ?>... sinks) {
    Objects.requireNonNull(foreachFunc);
    if (sinks.length == 0) {
      throw new IllegalArgumentException("foreachBatch: the list of sinks is empty");
    }
    return output("foreachBatch", DatasetUse.USER_CODE, foreachFunc, List.of(sinks));
  }

  /**
   * Writes each batch to {@code sink}, exactly once: whatever crashes, each batch is in the target
   * whole, once, in the order of batches. Needs a checkpoint directory. A batch without records
   * writes nothing.
   *
   * @return the output, to be named if the program has several like it
   */
  public final StreamOutput writeTo(TransactionalSink<? super T, ?> sink) {
    checked("writeTo", sink);
    return output(
        "writeTo", DatasetUse.DECLARED, (rdd, batch) -> batch.write(rdd, sink), List.of(sink));
  }

  /**
   * Calls {@code f} with the records of each partition of each batch, in tasks: where records go to
   * a system outside that wants one connection for many of them. At least once: a task that failed
   * is run again, and so may a batch be.
   */
  public final void foreachPartition(VoidFunction<Iterator<T>> f) {
    checked("foreachPartition", f);
    output("foreachPartition", DatasetUse.DECLARED, (rdd, batch) -> rdd.foreachPartition(f));
  }

  /**
   * As {@link #foreachPartition(VoidFunction)}, with what identifies the batch; with the number of
   * the partition, from {@link io.millrace.TaskContext#getPartitionId()}, it names a part of the
   * output that a repeat can replace.
   */
  public final void foreachPartition(VoidFunction2<Iterator<T>, Batch> f) {
    checked("foreachPartition", f);
    output(
        "foreachPartition",
        DatasetUse.DECLARED,
        (rdd, batch) -> rdd.foreachPartition(records -> f.call(records, batch)));
  }

  /**
   * Writes each batch as text, one line per record: into a directory {@code prefix-TIME.suffix},
   * TIME in milliseconds, with {@code -NUMBER} behind it if the batch before has the same time. A
   * directory that is there already is replaced. At least once.
   *
   * @param suffix may be empty, which leaves out the dot too
   */
  public final void saveAsTextFiles(String prefix, String suffix) {
    Objects.requireNonNull(prefix);
    output(
        "saveAsTextFiles",
        DatasetUse.DECLARED,
        (rdd, batch) -> TextFileOutput.replace(rdd, directory(prefix, suffix, batch)));
  }

  /** As {@link #saveAsTextFiles(String, String)}, without suffix. */
  public final void saveAsTextFiles(String prefix) {
    saveAsTextFiles(prefix, "");
  }

  /**
   * Writes each batch's records as they are, for {@link io.millrace.rdd.RDDContext#objectFile}:
   * into directories named and replaced as by {@link #saveAsTextFiles(String, String)}. Records
   * must be serializable. At least once.
   *
   * @param suffix may be empty, which leaves out the dot too
   */
  public final void saveAsObjectFiles(String prefix, String suffix) {
    Objects.requireNonNull(prefix);
    output(
        "saveAsObjectFiles",
        DatasetUse.DECLARED,
        (rdd, batch) -> ObjectFileOutput.replace(rdd, directory(prefix, suffix, batch)));
  }

  /** As {@link #saveAsObjectFiles(String, String)}, without suffix. */
  public final void saveAsObjectFiles(String prefix) {
    saveAsObjectFiles(prefix, "");
  }

  private static String directory(String prefix, String suffix, Batch batch) {
    return prefix + "-" + batch.label() + (suffix.isEmpty() ? "" : "." + suffix);
  }

  private void output(String operation, DatasetUse use, VoidFunction2<R, Batch> body) {
    output(operation, use, body, List.of());
  }

  private StreamOutput output(
      String operation,
      DatasetUse use,
      VoidFunction2<R, Batch> body,
      List<? extends TransactionalSink<?, ?>> sinks) {
    List<SinkBinding> bindings = new ArrayList<>();
    sinks.forEach(sink -> bindings.add(new SinkBinding(sink)));
    context
        .graph()
        .addOutput(
            operation,
            node,
            use,
            (plan, facts, staging) ->
                body.call(
                    datasetOf(plan),
                    new Batch(
                        facts.number(),
                        new Time(facts.timeMillis()),
                        facts.sharesTime(),
                        facts.epoch(),
                        facts.isRepeat(),
                        staging)),
            bindings);
    return new StreamOutput(context.graph(), bindings);
  }

  // How operations become nodes

  /** Makes the plan of a batch from the dataset of the parent. */
  @FunctionalInterface
  interface Planning<R, U> {
    PlanNode<U> plan(R rdd) throws Exception;
  }

  /** The same, with the batch time. */
  @FunctionalInterface
  interface TimedPlanning<R, U> {
    PlanNode<U> plan(R rdd, Time time) throws Exception;
  }

  /** The same, from the datasets of two parents. */
  @FunctionalInterface
  interface PlanningWith<R, R2, U> {
    PlanNode<U> plan(R mine, R2 its, Time time) throws Exception;
  }

  /** Refuses a function that is missing, or could not travel to where tasks run. */
  final void checked(String operation, @Nullable Object function) {
    if (function == null) {
      throw new IllegalArgumentException(operation + ": the function is null");
    }
    context.rddContext().engine().checkFunction(function, operation);
  }

  /** Refuses the lack of a dataset, where the user's function had to give one. */
  static <D> D given(String operation, @Nullable D dataset) {
    if (dataset == null) {
      throw new IllegalStateException(
          "the function of "
              + operation
              + " returned null; for a batch without records return rddContext().emptyRDD()");
    }
    return dataset;
  }

  /** A node for a record-wise operation: without dataset, it has none either. */
  final <U> TransformNode<U> node(String operation, Planning<R, U> planning) {
    return add(
        operation,
        List.of(node),
        DatasetUse.DECLARED,
        (parents, time) -> {
          R rdd = present(parents, 0);
          return rdd == null ? null : planning.plan(rdd);
        });
  }

  final <U> DStream<U> mapped(String operation, Function<R, RDD<U>> f) {
    return new DStream<>(context, node(operation, rdd -> f.call(rdd).plan()));
  }

  final <K2, V2> PairDStream<K2, V2> mappedPairs(String operation, Function<R, PairRDD<K2, V2>> f) {
    return new PairDStream<>(context, node(operation, rdd -> f.call(rdd).plan()));
  }

  /** A node for user code; it gets an empty dataset for none. */
  private <U> TransformNode<U> transformNode(String operation, TimedPlanning<R, U> planning) {
    return timedNode(operation, DatasetUse.USER_CODE, planning);
  }

  /** A node for an operation that takes no dataset for an empty one. */
  private <U> TransformNode<U> timedNode(
      String operation, DatasetUse use, TimedPlanning<R, U> planning) {
    return add(
        operation,
        List.of(node),
        use,
        (parents, time) -> planning.plan(presentOrEmpty(parents, 0), new Time(time)));
  }

  final <U, R2 extends RDDLike<U, R2>, W> TransformNode<W> withNode(
      String operation,
      DStreamLike<U, ?, R2> other,
      DatasetUse use,
      PlanningWith<R, R2, W> planning) {
    context.requireOwn(operation, other);
    return add(
        operation,
        List.of(node, other.node),
        use,
        (parents, time) ->
            planning.plan(
                presentOrEmpty(parents, 0), other.presentOrEmpty(parents, 1), new Time(time)));
  }

  private <U> TransformNode<U> add(
      String operation,
      List<? extends StreamNode<?>> parents,
      DatasetUse use,
      TransformNode.Body<U> body) {
    return context.graph().add(id -> new TransformNode<>(id, operation, parents, use, body));
  }

  private @Nullable R present(List<@Nullable PlanNode<?>> parents, int index) {
    PlanNode<?> plan = parents.get(index);
    return plan == null ? null : datasetOf(plan);
  }

  /** The dataset of a plan that this stream's node made. */
  @SuppressWarnings("unchecked")
  private R datasetOf(PlanNode<?> plan) {
    return dataset((PlanNode<T>) plan);
  }

  final R presentOrEmpty(List<@Nullable PlanNode<?>> parents, int index) {
    R rdd = present(parents, index);
    return rdd != null ? rdd : dataset(context.rddContext().<T>emptyRDD().plan());
  }

  static void requirePositive(String operation, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(operation + " needs a positive number, not " + value);
    }
  }

  @Override
  public final String toString() {
    return node.label();
  }
}
