package io.millrace.testkit;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.DStreamLike;
import io.millrace.stream.InputDStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.StreamingContext;
import io.millrace.stream.StreamingContextState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a stream graph batch by batch: feed lists, run, look at what each output got.
 *
 * <pre>{@code
 * try (StreamTest test = new StreamTest()) {
 *   DStream<String> lines = test.input(List.of(List.of("a b", "a"), List.of("b")), 2);
 *   StreamTest.Recorded<Tuple2<String, Integer>> counts = test.record(WordCount.define(lines));
 *   test.run(2);
 *   assertThat(counts.batches().get(0)).containsExactlyInAnyOrder(Tuple2.of("a", 2), Tuple2.of("b", 1));
 * }
 * }</pre>
 *
 * <p>The clock stands at the epoch and moves one batch interval per batch, so the first batch has
 * time {@code batchDuration}. Every batch runs to its end before {@link #run} returns; nothing
 * waits for real time. Used by one thread.
 */
public final class StreamTest implements AutoCloseable {

  private static final Duration IDLE_CHECK = Duration.ofMillis(50);
  private static final Duration BATCH_LIMIT = Duration.ofMinutes(2);

  private final ManualClock clock;
  private final StreamingContext context;
  private final Incarnations.@Nullable Part part;
  private long numRun;
  private int numInputs;
  private int numRecorded;

  /** On {@code local[2]}, with batches of one second. */
  public StreamTest() {
    this(new Conf().setMaster("local[2]"), Duration.ofSeconds(1));
  }

  /**
   * @param conf must have a master; the application's name is set if it is not
   * @param batchDuration the batch interval
   */
  public StreamTest(Conf conf, Duration batchDuration) {
    Conf named = conf.clone().setIfMissing("millrace.app.name", "stream-test");
    Incarnations incarnations = Incarnations.current();
    this.part = incarnations == null ? null : incarnations.nextPart();
    long numDone = part == null ? 0 : part.numDone();
    this.clock = new ManualClock(numDone * batchDuration.toMillis());
    this.context = StreamingContext.builder(named, batchDuration).clock(clock).build();
    if (part != null) {
      context.checkpoint(part.checkpoint().toString());
    }
  }

  /** A test: declares streams, runs batches and looks at what was recorded. */
  @FunctionalInterface
  public interface Body {
    void run(StreamTest test) throws Exception;
  }

  /** As {@link #inEveryWay(Conf, Duration, Body)}, as {@link #StreamTest()} makes it. */
  public static void inEveryWay(Body body) throws Exception {
    inEveryWay(new Conf().setMaster("local[2]"), Duration.ofSeconds(1), body);
  }

  /**
   * Runs a test three times, in ways that must make no difference: as it is; with each task run
   * twice and its first attempt thrown away after its last record, as if each user function had
   * failed once; and with a checkpoint, the program stopped and started again between every two
   * batches.
   *
   * <p>For the last way the body runs once more for each batch, with contexts of its own each time,
   * so what it compares must come from {@link #record}: lists that outputs of its own fill have one
   * batch alone. Sources other than {@link #input} must be replayable, and types that are stored
   * registered, as in any program with a checkpoint.
   *
   * @throws AssertionError what failed, with the way in which it did
   */
  public static void inEveryWay(Conf conf, Duration batchDuration, Body body) throws Exception {
    Conf aborting = conf.clone().set("millrace.test.abortFirstAttempts", "true");
    runIn("as it is", () -> runOnce(conf, batchDuration, body));
    runIn("with each first attempt thrown away", () -> runOnce(aborting, batchDuration, body));
    runIn(
        "with a restart between every two batches",
        () -> Incarnations.run(() -> runOnce(conf, batchDuration, body)));
  }

  private static void runOnce(Conf conf, Duration batchDuration, Body body) throws Exception {
    try (StreamTest test = new StreamTest(conf, batchDuration)) {
      body.run(test);
    }
  }

  private static void runIn(String way, Incarnations.Body body) {
    try {
      body.run();
    } catch (Throwable e) {
      throw new AssertionError("the test failed when it ran " + way + ": " + e.getMessage(), e);
    }
  }

  /** The context under test, for declaring streams and looking at progress. */
  public StreamingContext context() {
    return context;
  }

  public ManualClock clock() {
    return clock;
  }

  /**
   * A stream of the given batches.
   *
   * @param batches one list of records per batch; a null element is a batch without dataset. When
   *     they are used up, batches are empty
   * @param numPartitions of each batch's dataset; records are cut evenly, in order
   */
  public <T> InputDStream<T> input(List<? extends @Nullable List<T>> batches, int numPartitions) {
    InputDStream<T> stream =
        context.sourceStream(new ListedBatches<>(new ArrayList<>(batches), numPartitions));
    if (part != null) {
      stream.uid("input-" + ++numInputs);
    }
    return stream;
  }

  /** As {@link #input}, of pairs. */
  public <K, V> PairDStream<K, V> pairInput(
      List<? extends @Nullable List<Tuple2<K, V>>> batches, int numPartitions) {
    return PairDStream.fromDStream(input(batches, numPartitions));
  }

  /** Makes an output of {@code stream} that remembers what it got. */
  public <T> Recorded<T> record(DStreamLike<T, ?, ?> stream) {
    Recorded<T> recorded = new Recorded<>(recordedBefore(numRecorded++));
    stream.foreachRDD(
        (rdd, time) -> recorded.batches.put(time.milliseconds(), rdd.glom().collect()));
    return recorded;
  }

  @SuppressWarnings("unchecked") // the same output recorded them
  private <T> Map<Long, List<List<T>>> recordedBefore(int output) {
    return part == null
        ? new ConcurrentSkipListMap<>()
        : (Map<Long, List<List<T>>>) (Map<?, ?>) part.recorded(output);
  }

  /**
   * Starts the context unless it runs, and runs {@code numBatches} more batches.
   *
   * @throws RuntimeException what stopped the context, if something did
   * @throws AssertionError if a batch has not ended after two minutes
   */
  public void run(int numBatches) throws InterruptedException {
    if (part == null) {
      start();
    }
    for (int i = 0; i < numBatches; i++) {
      numRun++;
      if (part == null) {
        runBatch();
      } else if (numRun > part.numDone()) {
        Incarnations incarnations = Objects.requireNonNull(Incarnations.current());
        incarnations.beforeBatch();
        start();
        runBatch();
        incarnations.done(part);
      }
    }
  }

  private void start() throws InterruptedException {
    if (context.getState() == StreamingContextState.INITIALIZED) {
      context.start();
      awaitBatches();
    }
  }

  private void runBatch() throws InterruptedException {
    clock.advance(context.batchDuration());
    awaitBatches();
  }

  private void awaitBatches() throws InterruptedException {
    long attempts = BATCH_LIMIT.toMillis() / IDLE_CHECK.toMillis();
    for (long i = 0; i < attempts; i++) {
      if (clock.awaitIdle(1, IDLE_CHECK)) {
        return;
      }
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context was stopped after " + numRun + " batches");
      }
    }
    throw new AssertionError("batch " + numRun + " has not ended within " + BATCH_LIMIT);
  }

  @Override
  public void close() {
    context.close();
  }

  /** What an output got. */
  public final class Recorded<T> {

    private final Map<Long, List<List<T>>> batches;

    private Recorded(Map<Long, List<List<T>>> batches) {
      this.batches = batches;
    }

    /**
     * The records of each batch that ran, in partition order; null where the stream had no dataset
     * or was not due.
     */
    public List<@Nullable List<T>> batches() {
      List<@Nullable List<T>> joined = new ArrayList<>();
      for (List<List<T>> partitions : partitions()) {
        if (partitions == null) {
          joined.add(null);
        } else {
          List<T> records = new ArrayList<>();
          partitions.forEach(records::addAll);
          joined.add(records);
        }
      }
      return joined;
    }

    /** As {@link #batches()}, partition by partition. */
    public List<@Nullable List<List<T>>> partitions() {
      List<@Nullable List<List<T>>> result = new ArrayList<>();
      long interval = context.batchDuration().toMillis();
      for (long i = 1; i <= numRun; i++) {
        result.add(batches.get(i * interval));
      }
      return result;
    }
  }
}
