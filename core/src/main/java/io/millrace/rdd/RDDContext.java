package io.millrace.rdd;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.UnionNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way into datasets: makes them from lists and files, and owns the engine that computes them.
 *
 * <pre>{@code
 * try (RDDContext context = new RDDContext("local[2]", "word count")) {
 *   PairRDD<String, Integer> counts =
 *       context
 *           .textFile("books/*.txt")
 *           .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
 *           .mapToPair(word -> new Tuple2<>(word, 1))
 *           .reduceByKey(Integer::sum);
 *   counts.saveAsTextFile("counts");
 * }
 * }</pre>
 *
 * <p>Safe for concurrent use; jobs of several threads share the engine's workers. A JVM may have
 * several contexts on the embedded engine, but datasets of one context do not mix with those of
 * another. Once closed, a context and its datasets refuse to work with an {@link
 * IllegalStateException}.
 */
public final class RDDContext implements AutoCloseable {

  private static final String DEFAULT_APP_NAME = "millrace";
  private static final int MAX_DEFAULT_MIN_PARTITIONS = 2;
  private static final long FIRST_SEED = 0x6d696c6c72616365L;

  private final Conf conf;
  private final Supplier<OptionalInt> givenParallelism;
  private final Engine engine;
  private final boolean ownsEngine;
  private final Supplier<Cancellation> cancellation;
  private final @Nullable RDDContext parent;
  private final SplittableRandom seeds;
  private final Shared shared;
  private volatile boolean closed;

  /** What a context shares with its views. */
  private static final class Shared {
    final long startMillis = MachineLookup.machine().clock().millis();
    final ThreadLocal<@Nullable String> jobDescription = new ThreadLocal<>();
    final MarkedNodes marked = new MarkedNodes();
    final Checkpoints checkpoints = new Checkpoints(startMillis);
    final Executor asyncActions =
        MachineLookup.machine()
            .threads("millrace-action", FutureAction.MAX_RUNNING, FutureAction.MAX_WAITING);
  }

  /**
   * Starts the engine that {@code millrace.engine} names, else the one that accepts {@code
   * millrace.master}. Later changes to {@code conf} have no effect.
   *
   * @throws io.millrace.InvalidSettingException if there is no master, or no engine for it; names
   *     the value and what is accepted
   */
  public RDDContext(Conf conf) {
    this(conf.clone(), null, null, new Cancellation());
  }

  /**
   * As {@link #RDDContext(Conf)} with a configuration that has just these two set by code.
   *
   * @param master where to run: {@code local}, {@code local[n]}, {@code local[*]}, {@code
   *     local[n,f]}
   */
  public RDDContext(String master, String appName) {
    this(new Conf().setMaster(master).setAppName(appName));
  }

  private RDDContext(
      Conf conf, @Nullable Engine engine, @Nullable RDDContext parent, Cancellation cancellation) {
    this(
        conf,
        engine,
        parent,
        () -> cancellation,
        parent == null ? OptionalInt::empty : parent.givenParallelism);
  }

  private RDDContext(
      Conf conf,
      @Nullable Engine engine,
      @Nullable RDDContext parent,
      Supplier<Cancellation> cancellation,
      Supplier<OptionalInt> givenParallelism) {
    this.conf = conf;
    this.givenParallelism = givenParallelism;
    this.engine = engine != null ? engine : Engines.start(conf);
    this.ownsEngine = engine == null;
    this.parent = parent;
    this.cancellation = cancellation;
    this.shared = parent != null ? parent.shared : new Shared();
    this.seeds = parent != null ? parent.seeds : new SplittableRandom(FIRST_SEED);
  }

  /** For extensions and tests: a context on an engine that remains the caller's to close. */
  public static RDDContext on(Engine engine, Conf conf) {
    return new RDDContext(conf.clone(), engine, null, new Cancellation());
  }

  /**
   * For extensions: a view of this context whose jobs end when {@code cancellation} is triggered.
   * Datasets belong to the view that made them. Closing the view closes nothing else.
   */
  public RDDContext withCancellation(Cancellation cancellation) {
    return new RDDContext(conf, engine(), this, cancellation);
  }

  /**
   * For extensions: a view of this context, with another cancellation and another default for the
   * number of partitions at times.
   *
   * @param cancellation of a job; asked when it begins, on the thread that begins it
   * @param given asked each time; empty for the default of the configuration or the engine
   */
  public RDDContext view(Supplier<Cancellation> cancellation, Supplier<OptionalInt> given) {
    return new RDDContext(conf, engine(), this, cancellation, given);
  }

  /**
   * A dataset of the elements of a list, copied now, in as many partitions as {@link
   * #defaultParallelism()}.
   */
  public <T> RDD<T> parallelize(List<T> list) {
    return parallelize(list, defaultParallelism());
  }

  /**
   * A dataset of the elements of a list, copied now. Partition <i>i</i> has the elements from
   * {@code i · size / numSlices} on, so slices are even and in the order of the list.
   *
   * @param numSlices number of partitions, at least 1; may exceed the size
   */
  public <T> RDD<T> parallelize(List<T> list, int numSlices) {
    return rdd(slices("parallelize", list, numSlices));
  }

  /** As {@link #parallelize(List)}, of pairs. */
  public <K, V> PairRDD<K, V> parallelizePairs(List<Tuple2<K, V>> list) {
    return parallelizePairs(list, defaultParallelism());
  }

  /** As {@link #parallelize(List, int)}, of pairs. */
  public <K, V> PairRDD<K, V> parallelizePairs(List<Tuple2<K, V>> list, int numSlices) {
    return pairRDD(slices("parallelizePairs", list, numSlices));
  }

  /** As {@link #parallelize(List)}, of numbers. */
  public DoubleRDD parallelizeDoubles(List<Double> list) {
    return parallelizeDoubles(list, defaultParallelism());
  }

  /** As {@link #parallelize(List, int)}, of numbers. */
  public DoubleRDD parallelizeDoubles(List<Double> list, int numSlices) {
    return doubleRDD(slices("parallelizeDoubles", list, numSlices));
  }

  private static <T> PlanNode<T> slices(String operation, List<T> list, int numSlices) {
    Arguments.notNull(operation, "the list", list);
    Arguments.positive(operation, "numSlices", numSlices);
    return new SourceNode<>(operation, new ListSource<>(list, numSlices));
  }

  /** A dataset without records and partitions. */
  public <T> RDD<T> emptyRDD() {
    return rdd(new SourceNode<>("emptyRDD", new ListSource<T>(List.of(), 0)));
  }

  /** As {@link #textFile(String, int)} with {@link #defaultMinPartitions()}. */
  public RDD<String> textFile(String path) {
    return textFile(path, defaultMinPartitions());
  }

  /**
   * The lines of text files, file after file in the order of their paths.
   *
   * <p>A line ends at {@code \n}, {@code \r\n} or {@code \r}, which are not part of it. Text is
   * UTF-8; bytes that are not become U+FFFD, and a byte order mark at the beginning of a file is
   * dropped. Files whose name ends in {@code .gz} are unpacked. Large files are read in several
   * partitions, {@code .gz} files in one; see {@link TextFileSource} for their number.
   *
   * <p>Files are looked for when the dataset is first used, once: a later use sees the same list. A
   * path that does not exist is an {@link java.io.UncheckedIOException} then.
   *
   * @param path a file, a directory (its files, not those below, nor those whose name begins with a
   *     dot or an underscore), a pattern of either with {@code *}, {@code ?}, {@code [a-z]} or
   *     {@code {a,b}}, or several of these with commas between them
   * @param minPartitions a hint of how many partitions to make at least; 0 counts as 1
   */
  public RDD<String> textFile(String path, int minPartitions) {
    Arguments.notNull("textFile", "the path", path);
    Arguments.notNegative("textFile", "minPartitions", minPartitions);
    RDD<String> lines =
        rdd(
            new SourceNode<>(
                "textFile",
                new ListedTextFiles(path, Math.max(1, minPartitions), LineLimit.ofFiles(conf()))));
    return lines.setName(path);
  }

  /** As {@link #wholeTextFiles(String, int)} with {@link #defaultMinPartitions()}. */
  public PairRDD<String, String> wholeTextFiles(String path) {
    return wholeTextFiles(path, defaultMinPartitions());
  }

  /**
   * The path and the text of each file, in the order of the paths; for many small files, since a
   * text is in memory as a whole.
   *
   * <p>Files are named, found and decoded as by {@link #textFile(String, int)}; a partition reads
   * one file or several neighbouring ones.
   *
   * @param minPartitions how many partitions to make if there are as many files; 0 counts as 1
   */
  public PairRDD<String, String> wholeTextFiles(String path, int minPartitions) {
    return wholeFiles("wholeTextFiles", path, minPartitions, WholeFiles::text);
  }

  /** As {@link #binaryFiles(String, int)} with {@link #defaultMinPartitions()}. */
  public PairRDD<String, PortableDataStream> binaryFiles(String path) {
    return binaryFiles(path, defaultMinPartitions());
  }

  /**
   * The path of each file, and its bytes to be opened within tasks; otherwise as {@link
   * #wholeTextFiles(String, int)}. Nothing is unpacked.
   */
  public PairRDD<String, PortableDataStream> binaryFiles(String path, int minPartitions) {
    return wholeFiles("binaryFiles", path, minPartitions, WholeFiles::stream);
  }

  private <T> PairRDD<String, T> wholeFiles(
      String operation, String path, int minPartitions, WholeFiles.Content<T> content) {
    return this.<String, T>pairRDD(
            new SourceNode<>(operation, new WholeFiles<>(operation, path, minPartitions, content)))
        .setName(path);
  }

  /**
   * The records of files that are records of one length and nothing else. Files are named and found
   * as by {@link #textFile(String, int)}; one whose length is not a multiple is an {@link
   * IllegalArgumentException} when the dataset is first used.
   *
   * @param recordLength in bytes, at least 1
   */
  public RDD<byte[]> binaryRecords(String path, int recordLength) {
    return this.<byte[]>rdd(
            new SourceNode<>(
                "binaryRecords", new BinaryRecords(path, recordLength, defaultMinPartitions())))
        .setName(path);
  }

  /**
   * The records that {@link RDDLike#saveAsObjectFile} wrote, a partition for each file. Files are
   * named and found as by {@link #textFile(String, int)}. A file that is damaged or cut short fails
   * the task that reads it, before any record is made of the damage.
   *
   * <p>For records of one program and release: classes must not have changed since. Only read what
   * you trust.
   */
  public <T> RDD<T> objectFile(String path) {
    return this.<T>rdd(
            new SourceNode<>("objectFile", new ObjectFiles<>(path, engine().recordFormat())))
        .setName(path);
  }

  /**
   * As {@link #objectFile(String)}.
   *
   * @param minPartitions has no effect, since files are not cut
   */
  public <T> RDD<T> objectFile(String path, int minPartitions) {
    Arguments.notNegative("objectFile", "minPartitions", minPartitions);
    return objectFile(path);
  }

  /**
   * Says where {@link RDDLike#checkpoint} writes: a new directory of this context's own is made
   * below {@code dir}, which is made too if need be.
   *
   * @throws java.io.UncheckedIOException if that can't be written
   */
  public void setCheckpointDir(String dir) {
    checkpoints().setDirectory(Arguments.notNull("setCheckpointDir", "the directory", dir));
  }

  /** The directory that {@link #setCheckpointDir} made; empty before. */
  public Optional<String> getCheckpointDir() {
    return checkpoints().directory();
  }

  /**
   * The records of a dataset that was checkpointed, in the same partitions; how keys are placed is
   * not remembered. As for {@link #objectFile(String)}, classes must not have changed since.
   *
   * @param path what {@link RDDLike#getCheckpointFile} said
   * @throws java.io.UncheckedIOException if there is no complete checkpoint
   */
  public <T> RDD<T> checkpointFile(String path) {
    Arguments.notNull("checkpointFile", "the path", path);
    return this.<T>rdd(
        new BlockSetNode<>("checkpointFile", CheckpointFiles.<T>in(path, engine().recordFormat())));
  }

  Checkpoints checkpoints() {
    return shared.checkpoints;
  }

  /**
   * The records of all given datasets, one after the other; at least one dataset is needed. If all
   * of them have equal partitioners the result has that partitioner too, else it has the partitions
   * of all.
   */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <T> RDD<T> union(RDD<T>... rdds) {
    return rdd(unionOf(Arrays.asList(rdds)));
  }

  /** As {@link #union(RDD[])}. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final <K, V> PairRDD<K, V> union(PairRDD<K, V>... rdds) {
    return pairRDD(unionOf(Arrays.asList(rdds)));
  }

  /** As {@link #union(RDD[])}. */
  public DoubleRDD union(DoubleRDD... rdds) {
    return doubleRDD(unionOf(Arrays.asList(rdds)));
  }

  private static <T> PlanNode<T> unionOf(List<? extends RDDLike<T, ?>> rdds) {
    if (rdds.isEmpty()) {
      throw new IllegalArgumentException("union needs at least one dataset");
    }
    return new UnionNode<>("union", rdds.stream().map(RDDLike::plan).toList());
  }

  /** Makes a value available to tasks without sending it along with each. */
  public <T> Broadcast<T> broadcast(T value) {
    if (value instanceof RDDLike<?, ?> dataset) {
      throw new IllegalArgumentException(
          "broadcast what collect() returns, or join the dataset: "
              + dataset
              + " can't be broadcast, since tasks can't read datasets");
    }
    return new Broadcast<>(engine().broadcast(value));
  }

  /** Adds up whole numbers that tasks give it, each task once. */
  public LongAccumulator longAccumulator() {
    return new LongAccumulator(null);
  }

  /** As the one without a name, which shows when the accumulator is printed. */
  public LongAccumulator longAccumulator(String name) {
    return new LongAccumulator(name);
  }

  /** Adds up numbers that tasks give it, each task once. */
  public DoubleAccumulator doubleAccumulator() {
    return new DoubleAccumulator(null);
  }

  /** As the one without a name, which shows when the accumulator is printed. */
  public DoubleAccumulator doubleAccumulator(String name) {
    return new DoubleAccumulator(name);
  }

  /** Gathers elements that tasks give it, each task once. */
  public <T> CollectionAccumulator<T> collectionAccumulator() {
    return new CollectionAccumulator<>(null);
  }

  /** As the one without a name, which shows when the accumulator is printed. */
  public <T> CollectionAccumulator<T> collectionAccumulator(String name) {
    return new CollectionAccumulator<>(name);
  }

  /**
   * Number of partitions where the program does not say: {@code millrace.default.parallelism} if
   * that is set, else how many tasks the engine runs at once.
   */
  public int defaultParallelism() {
    return givenParallelism
        .get()
        .orElseGet(
            () ->
                conf.find(Settings.DEFAULT_PARALLELISM)
                    .orElseGet(() -> engine().defaultParallelism()));
  }

  Optional<Integer> configuredParallelism() {
    return conf.find(Settings.DEFAULT_PARALLELISM)
        .map(configured -> givenParallelism.get().orElse(configured));
  }

  /** What {@link #textFile(String)} asks for: {@link #defaultParallelism()}, but 2 at most. */
  public int defaultMinPartitions() {
    return Math.min(defaultParallelism(), MAX_DEFAULT_MIN_PARTITIONS);
  }

  /** A copy of the configuration that this context was made with. */
  public Conf conf() {
    return conf.clone();
  }

  /** As {@link #conf()}. */
  public Conf getConf() {
    return conf();
  }

  /** The master that the configuration gave, or the empty text on an engine given by hand. */
  public String master() {
    return conf.find(Settings.MASTER).orElse("");
  }

  /** Whether the master is {@code local} or one of its kind; false on an engine given by hand. */
  public boolean isLocal() {
    return master().equals("local") || master().startsWith("local[");
  }

  /** When this context was made, milliseconds since the epoch. */
  public long startTime() {
    return shared.startMillis;
  }

  /** The release of Millrace, or {@code development} if it does not run from its archive. */
  public String version() {
    String version = RDDContext.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Says what the jobs are for that this thread runs from now on: errors and logs show it beside
   * the action, {@code collect (daily report)}. Asynchronous actions take it along.
   *
   * @param value null for nothing
   */
  public void setJobDescription(@Nullable String value) {
    if (value == null) {
      shared.jobDescription.remove();
    } else {
      shared.jobDescription.set(value);
    }
  }

  String described(String action) {
    String description = shared.jobDescription.get();
    return description == null ? action : action + " (" + description + ")";
  }

  /**
   * The datasets that are persisted now and that the program can still reach, by their ids; a
   * checkpointed one has the id of the dataset that reads its files.
   */
  public Map<Long, RDD<?>> getPersistentRDDs() {
    Map<Long, RDD<?>> found = new TreeMap<>();
    shared.marked.persisted().forEach(node -> found.put(node.id(), rdd(node)));
    return found;
  }

  void noteMarked(PlanNode<?> node) {
    shared.marked.add(node);
  }

  /** Runs an action on another thread, with jobs that can be cancelled by themselves. */
  <A extends @Nullable Object> FutureAction<A> async(String action, Function<RDDContext, A> body) {
    engine();
    if (TaskContext.get() != null) {
      throw new IllegalStateException(action + " was called inside a task");
    }
    Cancellation own = new Cancellation();
    RDDContext view = withCancellation(own);
    String description = shared.jobDescription.get();
    JobFuture<A> future =
        new JobFuture<>(
            () -> {
              setJobDescription(description);
              try {
                return body.apply(view);
              } finally {
                setJobDescription(null);
              }
            },
            own,
            cancellation());
    try {
      shared.asyncActions.execute(future);
    } catch (RejectedExecutionException e) {
      future.cancel(false);
      throw new IllegalStateException(
          action
              + ": "
              + (FutureAction.MAX_RUNNING + FutureAction.MAX_WAITING)
              + " asynchronous actions of this context are under way; wait for some of them",
          e);
    }
    return future;
  }

  FutureAction<@Nullable Void> runAsync(String action, Consumer<RDDContext> body) {
    return this.<@Nullable Void>async(
        action,
        view -> {
          body.accept(view);
          return null;
        });
  }

  public String appName() {
    return conf.find(Settings.APP_NAME).orElse(DEFAULT_APP_NAME);
  }

  public boolean isClosed() {
    return closed || (parent != null && parent.isClosed());
  }

  /** As {@link #close()}. */
  public void stop() {
    close();
  }

  /**
   * Cancels the jobs that run, drops what was persisted and ends the engine's workers. Idempotent;
   * returns once the workers have ended.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (parent == null) {
      cancellation().cancel();
    }
    if (ownsEngine) {
      engine.close();
    }
  }

  /** For extensions: a dataset of the records that a node of the plan yields. */
  public <T> RDD<T> rdd(PlanNode<T> node) {
    return new RDD<>(this, node);
  }

  /** For extensions: a keyed dataset of the records that a node of the plan yields. */
  public <K, V> PairRDD<K, V> pairRDD(PlanNode<Tuple2<K, V>> node) {
    return new PairRDD<>(this, node);
  }

  /** For extensions: a dataset of the numbers that a node of the plan yields. */
  public DoubleRDD doubleRDD(PlanNode<Double> node) {
    return new DoubleRDD(this, node);
  }

  /**
   * For extensions: the engine that runs this context's jobs.
   *
   * @throws IllegalStateException if this context is closed
   */
  public Engine engine() {
    if (isClosed()) {
      throw new IllegalStateException("the context '" + appName() + "' is closed");
    }
    return engine;
  }

  /** For extensions: what ends a job of this context that begins on this thread now. */
  public Cancellation cancellation() {
    return cancellation.get();
  }

  /** Refuses a function that is missing or could not travel to a worker; returns it otherwise. */
  <F> F checked(String operation, F function) {
    Arguments.notNull(operation, "the function", function);
    engine().checkFunction(function, operation);
    return function;
  }

  /** A seed that this context has not given before; the same sequence at each run of a program. */
  long newSeed() {
    synchronized (seeds) {
      return seeds.nextLong();
    }
  }

  @Override
  public String toString() {
    return "RDDContext(" + appName() + ", " + master() + (isClosed() ? ", closed" : "") + ")";
  }
}
