package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.stream.Batch;
import io.millrace.stream.InjectedRuntime;
import io.millrace.stream.StreamingContext;
import io.millrace.testkit.SimulatedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One life of a program: from a start to its end or that of its process. Functions of the program
 * reach it by its key, as they have to be serializable.
 */
final class Life implements SteppedRuntime.Surroundings, AutoCloseable {

  static final long INTERVAL_MILLIS = 1_000;

  /** Batches without input at the end, in which windows become empty. */
  private static final int NUM_LAST_TICKS = 4;

  /** More batches than any program here can need. */
  private static final int MAX_TICKS = 200;

  /**
   * Steps of the wall clock, in milliseconds, of which one comes every few ticks and at each start
   * of a process: back, forward as after an outage, and forward beyond what is followed.
   */
  private static final long[] CLOCK_STEPS = {
    -3_600_000, 2_500, -1_200, 0, 5_000, 3_700_000, -400, -3_700_000
  };

  private static final int TICKS_BETWEEN_CLOCK_STEPS = 2;

  /** Declares streams and outputs. */
  @FunctionalInterface
  interface Program {
    void declare(StreamingContext context, Life life);
  }

  private static final Map<String, Life> LIVES = new ConcurrentHashMap<>();
  private static final AtomicLong NUM_LIVES = new AtomicLong();

  private final String key = "life-" + NUM_LIVES.incrementAndGet();
  private final Outside outside;
  private final SimulatedProcess process;
  private final int processNumber;
  private final List<NumberSource> sources = new ArrayList<>();
  private Runnable stop = () -> {};
  private UnaryOperator<Journal> journals = UnaryOperator.identity();
  private Executor writers = Runnable::run;

  /** Of the monotonic clock. */
  private long nowMillis;

  /** What the wall clock is ahead of the monotonic one. */
  private long wallOffsetMillis;

  private int numTicks;
  private int numIdleTicks;
  private int numTags;
  private int numIds;
  private boolean isBehind;
  private int maxTicks = MAX_TICKS;

  Life(Outside outside, SimulatedProcess process) {
    this(outside, process, outside.numProcesses);
  }

  Life(Outside outside, SimulatedProcess process, int processNumber) {
    this.outside = outside;
    this.processNumber = processNumber;
    this.process = process;
    this.nowMillis = outside.nowMillis;
    this.wallOffsetMillis = outside.wallOffsetMillis;
    stepClock(processNumber - 1);
    LIVES.put(key, this);
  }

  private void stepClock(int number) {
    if (outside.hasClockSteps && number > 0) {
      wallOffsetMillis += CLOCK_STEPS[(number + processNumber) % CLOCK_STEPS.length];
    }
  }

  static Life of(String key) {
    Life life = LIVES.get(key);
    if (life == null) {
      throw new IllegalStateException(key + " has ended");
    }
    return life;
  }

  String key() {
    return key;
  }

  Outside outside() {
    return outside;
  }

  SimulatedProcess process() {
    return process;
  }

  /** The numbers 1 to {@code end}. */
  NumberSource numbers(String name, int end) {
    return awaited(new NumberSource(name, end, this));
  }

  /** The program ends when the source is exhausted, and some batches later. */
  NumberSource awaited(NumberSource source) {
    sources.add(source);
    return source;
  }

  /** Number of the process among those that have been started in its world, from 1. */
  int processNumber() {
    return processNumber;
  }

  /** Never the same twice, as what a function that reads the clock returns. */
  synchronized String tag() {
    return processNumber + "." + ++numTags;
  }

  /**
   * Lets each batch that is seen take longer than an interval, so that the next is due when it
   * ends.
   */
  void fallBehind() {
    isBehind = true;
  }

  /** Lets a batch take that long, once. */
  void pass(long millis) {
    nowMillis += millis;
  }

  /** Stops the program gracefully after so many waits for a tick. */
  void stopAfter(int ticks) {
    maxTicks = ticks;
  }

  /** Whether the sources have given all that they have. */
  boolean isExhausted() {
    return sources.stream().allMatch(NumberSource::isExhausted);
  }

  /** What an output at least once does whose batches are the same each time. */
  void fire(String stream, Batch batch, List<String> records) throws IOException {
    long timeMillis = batch.time().milliseconds();
    if (outside.times.getOrDefault(batch.number(), timeMillis) != timeMillis) {
      throw new AssertionError(
          batch + " had the time " + outside.times.get(batch.number()) + " ms before");
    }
    note(batch);
    process.call(
        "fire",
        stream + " batch " + batch.number(),
        () -> {
          List<String> before =
              outside
                  .firings
                  .computeIfAbsent(stream, key -> new TreeMap<>())
                  .putIfAbsent(batch.number(), List.copyOf(records));
          if (before != null && (!batch.isRepeat() || !before.equals(records))) {
            throw new AssertionError(
                stream + " had " + before + " in batch " + batch.number() + ", now " + records);
          }
          return null;
        });
  }

  /** Lets writes that are begun before somebody waits for them be made when somebody does. */
  void writeLate() {
    writers = write -> {};
  }

  /** Notes the time of a batch. */
  void note(Batch batch) {
    outside.times.put(batch.number(), batch.time().milliseconds());
  }

  /** What an output at least once does: somebody outside sees the batch. */
  void see(Batch batch, List<String> records) throws IOException {
    nowMillis += isBehind && !records.isEmpty() ? INTERVAL_MILLIS : 0;
    process.call(
        "see",
        "batch " + batch.number(),
        () ->
            outside.sights.add(
                new Outside.Sight(
                    batch.number(),
                    batch.time().milliseconds(),
                    batch.epoch(),
                    batch.isRepeat(),
                    List.copyOf(records))));
  }

  /** Runs the program to its end. */
  void run(RDDContext engine, CheckpointStorage storage, Program program) {
    StreamingContext context =
        InjectedRuntime.into(
                StreamingContext.builder(engine, Duration.ofMillis(INTERVAL_MILLIS)),
                setup -> new SteppedRuntime(setup, this))
            .checkpoint(storage)
            .build();
    program.declare(context, this);
    context.start();
  }

  static RDDContext engine(Conf conf) {
    return new RDDContext(conf.clone().setMaster("local[1]").setAppName("crash-points"));
  }

  @Override
  public Clock ticks() {
    return new StoryClock(true);
  }

  @Override
  public Clock patience() {
    return new StoryClock(false);
  }

  @Override
  public Executor writers() {
    return writers;
  }

  @Override
  public Supplier<UUID> ids() {
    return () -> new UUID(processNumber, ++numIds);
  }

  @Override
  public void onStart(Runnable stopping) {
    stop = stopping;
  }

  /** Lets something be put in the place of the journal. */
  void substitute(UnaryOperator<Journal> other) {
    journals = other;
  }

  @Override
  public Journal journal(CheckpointJournal opened) {
    return journals.apply(opened);
  }

  @Override
  public void close() {
    outside.nowMillis = nowMillis;
    outside.wallOffsetMillis = wallOffsetMillis;
    LIVES.remove(key);
  }

  /** Time passes when somebody waits for it. */
  private final class StoryClock implements Clock {

    private final boolean isTicking;

    /**
     * @param isTicking whether who waits waits for batches
     */
    StoryClock(boolean isTicking) {
      this.isTicking = isTicking;
    }

    @Override
    public long millis() {
      return nowMillis + wallOffsetMillis;
    }

    @Override
    public long nanoTime() {
      return nowMillis * 1_000_000;
    }

    @Override
    public void awaitMillis(long targetMillis, BooleanSupplier cancelled) {
      if (isTicking) {
        if (sources.stream().allMatch(NumberSource::isExhausted)) {
          numIdleTicks++;
        }
        if (numIdleTicks > NUM_LAST_TICKS || ++numTicks > maxTicks) {
          stop.run();
          return;
        }
        if (numTicks % TICKS_BETWEEN_CLOCK_STEPS == 0) {
          stepClock(numTicks / TICKS_BETWEEN_CLOCK_STEPS);
        }
      }
      nowMillis = Math.max(nowMillis, targetMillis - wallOffsetMillis);
    }

    @Override
    public void wake() {}

    @Override
    public MissedTicks missedTicks() {
      return MissedTicks.MERGE;
    }
  }
}
