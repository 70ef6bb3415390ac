package io.millrace.stream;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.codec.Codec;
import io.millrace.codec.Codecs;
import io.millrace.function.Function;
import io.millrace.function.Function0;
import io.millrace.function.Function2;
import io.millrace.rdd.LineLimit;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.Partitioner;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.rdd.StorageLevel;
import io.millrace.source.Source;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Clock;
import io.millrace.spi.ServiceLookup;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import io.millrace.stream.graph.DatasetUse;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamGraph;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.TransformNode;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way into streams: makes them from sources, starts and stops them.
 *
 * <pre>{@code
 * Conf conf = new Conf().setMaster("local[2]").setAppName("word count");
 * try (StreamingContext context = new StreamingContext(conf, Duration.ofSeconds(1))) {
 *   context
 *       .socketTextStream("localhost", 9999)
 *       .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
 *       .mapToPair(word -> new Tuple2<>(word, 1))
 *       .reduceByKey(Integer::sum)
 *       .print();
 *   context.start();
 *   context.awaitTermination();
 * }
 * }</pre>
 *
 * <p><b>Batches.</b> At each multiple of the batch interval, counted from the epoch, a batch is cut
 * that holds what arrived since the one before it, and its outputs run in order of declaration.
 * Batches run one at a time. Ticks that are missed meanwhile merge into one batch; batch times
 * strictly increase.
 *
 * <p><b>Failure.</b> A failing output or input stops the context with that error, and the engine if
 * the context made it, unless {@code millrace.streaming.batchFailure} is {@code continue}; {@link
 * #awaitTermination()} throws it. On SIGTERM the context stops gracefully within {@code
 * millrace.streaming.gracefulStopTimeout}.
 *
 * <p>Life cycle and queries may be called from any thread; streams are declared by one thread.
 * Several contexts may run in one JVM.
 */
public final class StreamingContext implements AutoCloseable {

  /** Collects what is injected into a context. */
  public static final class Builder {

    private final Duration batchDuration;
    private final @Nullable Conf conf;
    private final @Nullable RDDContext rddContext;
    private Optional<Clock> clock = Optional.empty();
    private Optional<CheckpointStorage> checkpoint = Optional.empty();
    private Optional<StreamRuntimeProvider> runtime = Optional.empty();

    private Builder(@Nullable Conf conf, @Nullable RDDContext rddContext, Duration batchDuration) {
      this.conf = conf;
      this.rddContext = rddContext;
      this.batchDuration = batchDuration;
    }

    /** Cuts batches by this clock instead of the machine's. */
    public Builder clock(Clock clock) {
      this.clock = Optional.of(clock);
      return this;
    }

    /** Keeps the checkpoint in this store, which the context closes. */
    public Builder checkpoint(CheckpointStorage storage) {
      checkpoint = Optional.of(storage);
      return this;
    }

    /** Runs the graph in another way than the class path offers, such as step by step in a test. */
    Builder runtime(StreamRuntimeProvider provider) {
      runtime = Optional.of(provider);
      return this;
    }

    public StreamingContext build() {
      return new StreamingContext(this);
    }
  }

  private final RDDContext ownerContext;
  private final boolean ownsRddContext;
  private final RDDContext rddContext;
  private final long batchIntervalMillis;
  private final StreamGraph graph = new StreamGraph();
  private final StreamRuntime runtime;
  private final Codecs.Builder codecs = Codecs.builder();
  private final Set<String> allowedDrops = new HashSet<>();
  private Optional<String> checkpointDirectory;
  private final Optional<CheckpointStorage> checkpointStorage;
  private volatile boolean keepsEngine;

  /**
   * A context with its own engine.
   *
   * @param batchDuration the batch interval, at least 1 ms, in whole milliseconds
   * @throws io.millrace.InvalidSettingException if the master or a setting is missing or wrong
   */
  public StreamingContext(Conf conf, Duration batchDuration) {
    this(builder(conf, batchDuration));
  }

  /** As {@link #StreamingContext(Conf, Duration)}. */
  public StreamingContext(String master, String appName, Duration batchDuration) {
    this(new Conf().setMaster(master).setAppName(appName), batchDuration);
  }

  /** A context on an engine that is there already, and stays when this context is closed. */
  public StreamingContext(RDDContext rddContext, Duration batchDuration) {
    this(builder(rddContext, batchDuration));
  }

  public static Builder builder(Conf conf, Duration batchDuration) {
    return new Builder(conf, null, batchDuration);
  }

  public static Builder builder(RDDContext rddContext, Duration batchDuration) {
    return new Builder(null, rddContext, batchDuration);
  }

  private StreamingContext(Builder builder) {
    batchIntervalMillis = wholeMillis("the batch interval", builder.batchDuration);
    RDDContext given = builder.rddContext;
    ownsRddContext = given == null;
    ownerContext = given != null ? given : new RDDContext(Objects.requireNonNull(builder.conf));
    checkpointStorage = builder.checkpoint;
    checkpointDirectory = ownerContext.conf().find(Settings.CHECKPOINT_DIRECTORY);
    try {
      List<StreamingListener> extraListeners = ExtraListeners.of(ownerContext.conf());
      Cancellation cancellation = new Cancellation();
      rddContext =
          ownerContext.view(
              () -> runtime().isBatchThread() ? cancellation : ownerContext.cancellation(),
              () -> graph.parallelism().recorded());
      runtime =
          builder
              .runtime
              .orElseGet(StreamingContext::runtimeProvider)
              .create(
                  new StreamRuntimeProvider.Setup(
                      rddContext.appName(),
                      graph,
                      batchIntervalMillis,
                      rddContext.conf(),
                      rddContext.engine(),
                      cancellation,
                      builder.clock));
      extraListeners.forEach(runtime::addListener);
    } catch (RuntimeException | Error e) {
      closeOwnEngine();
      throw e;
    }
    runtime.whenStopped(
        () -> {
          if (!keepsEngine) {
            closeOwnEngine();
          }
        });
  }

  private void closeOwnEngine() {
    if (ownsRddContext) {
      ownerContext.close();
    }
  }

  private static long wholeMillis(String what, Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1 || duration.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          what + " must be a positive number of whole milliseconds, not " + duration);
    }
    return millis;
  }

  private static StreamRuntimeProvider runtimeProvider() {
    return ServiceLookup.require(StreamRuntimeProvider.class);
  }

  /**
   * The context of this JVM that was started last and has not stopped. There may be others: several
   * contexts may run at a time, each with its own streams and, unless given one, its own engine.
   */
  public static Optional<StreamingContext> getActive() {
    return ActiveContexts.latest();
  }

  /**
   * The context of {@link #getActive()}, or else the one that {@code creatingFunc} makes, which it
   * neither starts nor remembers: two threads that find none make one each.
   *
   * @throws IllegalStateException if {@code creatingFunc} throws a checked exception
   */
  public static StreamingContext getActiveOrCreate(Function0<StreamingContext> creatingFunc) {
    return ActiveContexts.latestOr(Objects.requireNonNull(creatingFunc));
  }

  /**
   * The context of {@link #getActive()}, or else that of {@link #getOrCreate(String, Function0)}.
   */
  public static StreamingContext getActiveOrCreate(
      String checkpointPath, Function0<StreamingContext> creatingFunc) {
    return getActive().orElseGet(() -> getOrCreate(checkpointPath, creatingFunc));
  }

  StreamGraph graph() {
    return graph;
  }

  StreamRuntime runtime() {
    return runtime;
  }

  /** Stands for what the default is when a batch is planned. */
  Partitioner defaultPartitioner() {
    return new DefaultPartitioner(rddContext);
  }

  /**
   * The datasets' side of this context. Jobs that a batch runs end when this context stops at once.
   * Those of other threads do not, and new ones may be begun after that, as long as the engine is
   * there: see {@link #stop(boolean)}.
   */
  public RDDContext rddContext() {
    return runtime.state() == StreamingContextState.STOPPED ? ownerContext : rddContext;
  }

  /** The batch interval. */
  public Duration batchDuration() {
    return Duration.ofMillis(batchIntervalMillis);
  }

  // Inputs

  /**
   * Datasets from a queue, one per batch; a batch that finds the queue empty is empty. Whoever adds
   * while the context runs must hold the queue's lock: {@code synchronized (queue)}.
   */
  public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue) {
    return queueStream(queue, true);
  }

  /**
   * As {@link #queueStream(Queue)}.
   *
   * @param oneAtATime whether a batch takes one dataset or all that there are
   */
  public <T> InputDStream<T> queueStream(Queue<RDD<T>> queue, boolean oneAtATime) {
    return queueStream(queue, oneAtATime, null);
  }

  /**
   * As {@link #queueStream(Queue, boolean)}.
   *
   * @param defaultRDD what a batch gets that finds the queue empty; null for an empty dataset
   */
  public <T> InputDStream<T> queueStream(
      Queue<RDD<T>> queue, boolean oneAtATime, @Nullable RDD<T> defaultRDD) {
    Objects.requireNonNull(queue);
    return input(
        "queueStream",
        new QueueSource<>(rddContext, queue, oneAtATime, Optional.ofNullable(defaultRDD)));
  }

  /** The same dataset in every batch. It is computed again for each batch, unless it is cached. */
  public <T> InputDStream<T> constantStream(RDD<T> rdd) {
    return input("constantStream", new ConstantSource<>(rdd));
  }

  /** As {@link #socketTextStream(String, int, StorageLevel)}. */
  public ReceiverInputDStream<String> socketTextStream(String hostname, int port) {
    return socketTextStream(hostname, port, StorageLevel.MEMORY_ONLY);
  }

  /**
   * Lines of UTF-8 text from a TCP server that this side connects to. When the connection ends or
   * can't be made, it is tried again after {@code millrace.streaming.receiverRestartDelay}. What
   * was received and is in no batch yet is lost when the process dies.
   *
   * @param port 1 to 65535
   */
  public ReceiverInputDStream<String> socketTextStream(
      String hostname, int port, StorageLevel storageLevel) {
    return socketStream(
        "socketTextStream",
        hostname,
        port,
        new SocketLines(LineLimit.ofSockets(rddContext.conf())),
        storageLevel);
  }

  /**
   * What {@code converter} reads from the bytes of a TCP server, under the conditions of {@link
   * #socketTextStream(String, int, StorageLevel)}.
   *
   * @param converter called for each connection, on the receiver's thread; its iterator may wait
   *     for more bytes. When the iterator ends, the connection is closed and made again
   */
  public <T> ReceiverInputDStream<T> socketStream(
      String hostname,
      int port,
      Function<InputStream, Iterable<T>> converter,
      StorageLevel storageLevel) {
    return socketStream("socketStream", hostname, port, converter, storageLevel);
  }

  private <T> ReceiverInputDStream<T> socketStream(
      String operation,
      String hostname,
      int port,
      Function<InputStream, Iterable<T>> converter,
      StorageLevel storageLevel) {
    Objects.requireNonNull(hostname);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          operation + ": a port is a number from 1 to 65535, not " + port);
    }
    rddContext.engine().checkFunction(Objects.requireNonNull(converter), operation);
    return receiverStream(
        operation,
        new SocketReceiver<>(
            hostname,
            port,
            converter,
            storageLevel,
            rddContext.conf().get(Settings.SOCKET_IDLE_TIMEOUT)));
  }

  /**
   * Lines of files that appear in a directory. A file is new if its name was not there when the
   * context started; whatever its own time, it is read once, whole, in the first batch that finds
   * it, so it has to be moved in complete. Names beginning with a dot or an underscore, and
   * sub-directories, are left out. A batch takes at most {@code
   * millrace.streaming.fileStream.maxFilesPerBatch} files, the oldest first. What a line is: see
   * {@link RDDContext#textFile(String)}.
   *
   * @param directory must exist when the context starts
   */
  public InputDStream<String> textFileStream(String directory) {
    return textFileStream(directory, true);
  }

  /**
   * As {@link #textFileStream(String)}.
   *
   * @param newFilesOnly whether files that are there already when the context starts are left out
   */
  public InputDStream<String> textFileStream(String directory, boolean newFilesOnly) {
    return textFileStream(directory, path -> true, newFilesOnly);
  }

  /**
   * As {@link #textFileStream(String, boolean)}, of some files.
   *
   * @param filter whether to take the file of a path; asked on the batch thread, for each path in
   *     each batch until it is taken
   */
  public InputDStream<String> textFileStream(
      String directory, Function<String, Boolean> filter, boolean newFilesOnly) {
    return fileStream(
        "textFileStream",
        directory,
        filter,
        newFilesOnly,
        FileSource.text(rddContext::defaultParallelism, LineLimit.ofFiles(rddContext.conf())));
  }

  /**
   * Records of a fixed number of bytes, from files that appear in a directory under the conditions
   * of {@link #textFileStream(String)}. A file that is not a whole number of records fails the
   * batch that finds it.
   *
   * @param recordLength in bytes, at least 1
   */
  public InputDStream<byte[]> binaryRecordsStream(String directory, int recordLength) {
    if (recordLength < 1) {
      throw new IllegalArgumentException(
          "binaryRecordsStream: a record has 1 byte or more, not " + recordLength);
    }
    return fileStream(
        "binaryRecordsStream",
        directory,
        path -> true,
        true,
        FileSource.fixedLength(recordLength, rddContext::defaultParallelism));
  }

  private <T> InputDStream<T> fileStream(
      String operation,
      String directory,
      Function<String, Boolean> filter,
      boolean newFilesOnly,
      FileSource.Format<T> format) {
    Objects.requireNonNull(directory);
    Objects.requireNonNull(filter);
    return input(operation, new FileSource<>(operation, directory, filter, newFilesOnly, format));
  }

  /** Records that a receiver takes in. */
  public <T> ReceiverInputDStream<T> receiverStream(Receiver<T> receiver) {
    return receiverStream("receiverStream", Objects.requireNonNull(receiver));
  }

  private <T> ReceiverInputDStream<T> receiverStream(String operation, Receiver<T> receiver) {
    ReceiverSource<T> source = new ReceiverSource<>(receiver, rddContext.defaultParallelism());
    return new ReceiverInputDStream<>(this, inputNode(operation, source), receiver);
  }

  /** Records of any source, such as {@link io.millrace.source.ReplaySource}. */
  public <T> InputDStream<T> sourceStream(Source<T, ?> source) {
    return input("sourceStream", Objects.requireNonNull(source));
  }

  private <T> InputDStream<T> input(String operation, Source<T, ?> source) {
    return new InputDStream<>(this, inputNode(operation, source));
  }

  private <T> StreamNode<T> inputNode(String operation, Source<T, ?> source) {
    return graph.add(id -> new InputNode<>(id, operation, source, batchIntervalMillis));
  }

  // Several streams

  /** The records of all given streams, in their order; at least one, all of the same slide. */
  @SafeVarargs
  public final <T> DStream<T> union(DStream<T>... streams) {
    return new DStream<>(this, unionNode(nodes("union", List.of(streams))));
  }

  /** As {@link #union(DStream[])}. */
  @SafeVarargs
  public final <K, V> PairDStream<K, V> union(PairDStream<K, V>... streams) {
    return new PairDStream<>(this, unionNode(nodes("union", List.of(streams))));
  }

  private <T> List<StreamNode<T>> nodes(
      String operation, List<? extends DStreamLike<T, ?, ?>> streams) {
    if (streams.isEmpty()) {
      throw new IllegalArgumentException(operation + " needs at least one stream");
    }
    List<StreamNode<T>> nodes = new ArrayList<>();
    for (DStreamLike<T, ?, ?> stream : streams) {
      requireOwn(operation, stream);
      nodes.add(stream.node());
    }
    return nodes;
  }

  @SuppressWarnings("unchecked")
  <T> TransformNode<T> unionNode(List<? extends StreamNode<T>> parents) {
    return graph.add(
        id ->
            new TransformNode<>(
                id,
                "union",
                parents,
                DatasetUse.DECLARED,
                (plans, time) -> {
                  List<PlanNode<T>> present = new ArrayList<>();
                  for (PlanNode<?> plan : plans) {
                    if (plan != null) {
                      present.add((PlanNode<T>) plan);
                    }
                  }
                  return present.isEmpty() ? null : new UnionNode<>("union", present);
                }));
  }

  void requireOwn(String operation, DStreamLike<?, ?, ?> stream) {
    if (stream.context() != this) {
      throw new IllegalArgumentException(
          operation + ": " + stream + " belongs to another streaming context");
    }
  }

  /**
   * What {@code transformFunc} makes of the datasets of several streams in each batch, in the order
   * given. It runs on the batch thread, once per batch.
   */
  public <T> DStream<T> transform(
      List<DStream<?>> dstreams, Function2<List<RDD<?>>, Time, RDD<T>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new DStream<>(
        this,
        manyNode(
            "transform",
            dstreams,
            (rdds, time) -> DStreamLike.given("transform", transformFunc.call(rdds, time)).plan()));
  }

  /** As {@link #transform(List, Function2)}, to pairs. */
  public <K, V> PairDStream<K, V> transformToPair(
      List<DStream<?>> dstreams, Function2<List<RDD<?>>, Time, PairRDD<K, V>> transformFunc) {
    Objects.requireNonNull(transformFunc);
    return new PairDStream<K, V>(
        this,
        this.<Tuple2<K, V>>manyNode(
            "transformToPair",
            dstreams,
            (rdds, time) ->
                DStreamLike.given("transformToPair", transformFunc.call(rdds, time)).plan()));
  }

  private <T> TransformNode<T> manyNode(
      String operation,
      List<DStream<?>> streams,
      DStreamLike.TimedPlanning<List<RDD<?>>, T> planning) {
    if (streams.isEmpty()) {
      throw new IllegalArgumentException(operation + " needs at least one stream");
    }
    streams.forEach(stream -> requireOwn(operation, stream));
    return graph.add(
        id ->
            new TransformNode<>(
                id,
                operation,
                streams.stream().map(DStream::node).toList(),
                (plans, time) -> {
                  List<RDD<?>> rdds = new ArrayList<>();
                  for (int i = 0; i < streams.size(); i++) {
                    rdds.add(streams.get(i).presentOrEmpty(plans, i));
                  }
                  return planning.plan(rdds, new Time(time));
                }));
  }

  // Life cycle

  /**
   * Lets the program come back to each batch for {@code duration} of batch time after it, by {@link
   * DStreamLike#slice(Time, Time)} or by keeping the datasets of a persisted stream. The longest
   * duration asked for holds. What is remembered takes memory: the input of each batch, and the
   * records of streams that are persisted.
   *
   * @param duration positive, in whole milliseconds
   * @throws IllegalStateException if the context has been started
   */
  public void remember(Duration duration) {
    graph.remember(wholeMillis("the duration to remember", duration));
  }

  // Durability

  /**
   * Keeps a checkpoint in {@code directory}: which input each batch has, and all state. After a
   * crash at any instant, a program that is started with the same directory goes on as if it had
   * not crashed: state is that of the last committed batch, each transactional sink has each batch
   * exactly once, other outputs get the last batch again. Nothing of the program itself is kept, so
   * the next one may be a new version; what belongs together is found by {@link DStreamLike#uid}.
   *
   * <p>One program at a time uses a directory; a second one that starts stops the first.
   *
   * @param directory on a local file system with hard links, made if it does not exist; or a
   *     location that a storage module on the class path serves
   * @throws IllegalStateException if the context has been started
   */
  public void checkpoint(String directory) {
    graph.requireOpen("the checkpoint directory");
    if (directory.isBlank()) {
      throw new IllegalArgumentException("the checkpoint directory must not be empty");
    }
    checkpointDirectory = Optional.of(directory);
  }

  /**
   * The context that {@code creatingFunc} makes, with its checkpoint in {@code checkpointPath}. The
   * function always runs and declares the program; what a checkpoint in that place holds is
   * attached when the context is started.
   *
   * @throws IllegalStateException if {@code creatingFunc} throws a checked exception, or has
   *     started the context
   */
  public static StreamingContext getOrCreate(
      String checkpointPath, Function0<StreamingContext> creatingFunc) {
    StreamingContext context = ActiveContexts.created(Objects.requireNonNull(creatingFunc));
    context.checkpoint(checkpointPath);
    return context;
  }

  /**
   * Lets records, enums and sealed interfaces be written to the checkpoint and read from it: as
   * keys and values of state, in windows, or for transactional sinks. The types of their components
   * are registered with them. Nothing that is not registered is ever made from stored bytes.
   */
  public void registerTypes(Class<?>... types) {
    graph.requireOpen("the types of a checkpoint");
    for (Class<?> type : types) {
      codecs.type(type);
    }
  }

  /** As {@link #registerTypes}, for a class that needs a codec of its own. */
  public <T> void registerCodec(Class<T> type, Codec<T> codec) {
    graph.requireOpen("the types of a checkpoint");
    codecs.codec(type, codec);
  }

  /**
   * The types that a checkpoint may hold, for what {@link #registerTypes} does not say: defaults of
   * components that records have gained, and names of classes that were moved.
   */
  public Codecs.Builder codecs() {
    graph.requireOpen("the types of a checkpoint");
    return codecs;
  }

  /**
   * Allows that the checkpoint's state of these ids is dropped, because the program does not have
   * their streams or outputs any more. Without it such a program does not start.
   */
  public void allowDrop(String... ids) {
    graph.requireOpen("what may be dropped");
    allowedDrops.addAll(List.of(ids));
  }

  private Optional<CheckpointSpec> checkpointSpec() {
    if (checkpointStorage.isPresent()) {
      CheckpointStorage storage = checkpointStorage.get();
      return Optional.of(
          new CheckpointSpec(
              storage.location(),
              () -> storage,
              () -> Optional.of(storage),
              codecs.build(),
              allowedDrops));
    }
    return checkpointDirectory.map(this::checkpointSpec);
  }

  private CheckpointSpec checkpointSpec(String directory) {
    return new CheckpointSpec(
        directory,
        () -> CheckpointStorageLookup.open(directory),
        () -> CheckpointStorageLookup.openForReading(directory),
        codecs.build(),
        allowedDrops);
  }

  /**
   * What {@link #start()} would make of the checkpoint: what of it goes on, begins anew or is
   * refused, by id, and what becomes of the open batch. For a new version of a program, while the
   * old one still runs; the command {@code millrace checkpoint plan} does it for a whole program.
   *
   * <p>It takes the place of {@code start()}, and does the same but for this: it claims and writes
   * nothing, opens no target of an output, runs no batch, and the context has stopped when it
   * returns. States are read as a start reads them; sources that can be read again are started, put
   * where the checkpoint has them, and stopped.
   *
   * @throws IllegalStateException if the program keeps no checkpoint, declares nothing that has an
   *     effect, or lacks names of streams; or if the context has been started or stopped before
   */
  public CheckpointPlan checkpointPlan() {
    return runtime.plan(
        checkpointSpec()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "there is nothing to plan: the program keeps no checkpoint; call"
                            + " checkpoint(directory) first")));
  }

  /**
   * Where a checkpoint is that is only to be planned for; it counts for a program whose
   * configuration reads no settings from outside too, which must not run by mistake.
   */
  private Optional<String> plannedCheckpoint() {
    return rddContext
        .conf()
        .find(Settings.CHECKPOINT_PLAN)
        .or(() -> new Conf().find(Settings.CHECKPOINT_PLAN));
  }

  /**
   * Fixes the graph, starts the sources and the batch loop, and returns. Under the setting {@code
   * millrace.streaming.checkpoint.plan} it makes a {@linkplain #checkpointPlan() plan} instead,
   * logs it and tells it to listeners, and the context has stopped.
   *
   * @throws IllegalStateException if nothing is declared that has an effect, or if the context has
   *     been started or stopped before
   * @throws CheckpointException if the checkpoint can't be opened or does not fit the program, in
   *     which case a driver that works on it goes on; or if its storage does not answer within
   *     {@code millrace.checkpoint.writeTimeout}, or not soon after another thread has called
   *     {@link #stop()}. The context is stopped then
   * @throws RuntimeException if a source can't start; the context is stopped then
   */
  public void start() {
    Optional<String> planned = plannedCheckpoint();
    if (planned.isPresent()) {
      runtime.plan(checkpointSpec(planned.get()));
      return;
    }
    boolean isAdded = ActiveContexts.add(this);
    try {
      runtime.start(checkpointSpec());
    } catch (Throwable e) {
      if (isAdded) {
        ActiveContexts.remove(this);
      }
      throw e;
    }
    runtime.whenStopped(() -> ActiveContexts.remove(this));
  }

  /**
   * Waits until the context has stopped.
   *
   * @throws RuntimeException what stopped the context, such as a {@link BatchFailedException}; an
   *     {@link Error} likewise
   * @throws IllegalStateException if called from an output, a task, a listener or a receiver, for
   *     which the end waits
   */
  public void awaitTermination() throws InterruptedException {
    runtime.awaitTermination(Duration.ofNanos(-1));
  }

  /**
   * As {@link #awaitTermination()}, for a limited time.
   *
   * @param timeout milliseconds, 0 or more
   * @return whether the context has stopped
   */
  public boolean awaitTerminationOrTimeout(long timeout) throws InterruptedException {
    return runtime.awaitTermination(Duration.ofMillis(Math.max(0, timeout)));
  }

  /** Stops at once, and the engine with it: {@code stop(true, false)}. */
  public void stop() {
    stop(true, false);
  }

  /** As {@link #stop(boolean, boolean)}, not gracefully. */
  public void stop(boolean stopRddContext) {
    stop(stopRddContext, false);
  }

  /**
   * Stops the context and waits until it has stopped. Called from an output, a task, a listener or
   * a receiver, it asks for the stop and returns, since it can't wait for itself. Stopping twice
   * does no harm.
   *
   * @param stopRddContext whether the engine ends too, if this context made it
   * @param stopGracefully lets the running batch finish, stops the sources and runs what they have
   *     received in a last batch, all within {@code millrace.streaming.gracefulStopTimeout};
   *     otherwise what runs is cancelled
   * @throws BatchFailedException if a batch fails during a graceful stop, once the context has
   *     stopped; {@link #awaitTermination()} throws it too
   */
  public void stop(boolean stopRddContext, boolean stopGracefully) {
    keepsEngine = !stopRddContext;
    try {
      runtime.stop(stopGracefully);
    } finally {
      if (stopRddContext && runtime.state() == StreamingContextState.STOPPED) {
        closeOwnEngine();
      }
    }
  }

  /** As {@link #stop()}. */
  @Override
  public void close() {
    stop();
  }

  public StreamingContextState getState() {
    return runtime.state();
  }

  /** How far the context has come. */
  public Progress progress() {
    return runtime.progress();
  }

  /** Tells {@code listener} all facts from now on. */
  public void addStreamingListener(StreamingListener listener) {
    runtime.addListener(Objects.requireNonNull(listener));
  }

  /** Takes back {@link #addStreamingListener}. */
  public void removeStreamingListener(StreamingListener listener) {
    runtime.removeListener(listener);
  }

  @Override
  public String toString() {
    return "StreamingContext("
        + rddContext.conf().get(Settings.APP_NAME.key(), "millrace")
        + ", "
        + batchDuration()
        + ", "
        + getState()
        + ")";
  }
}
