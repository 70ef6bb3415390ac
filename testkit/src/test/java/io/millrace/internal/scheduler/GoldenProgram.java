package io.millrace.internal.scheduler;

import io.millrace.Tuple2;
import io.millrace.rdd.RDDContext;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.stream.DStreamLike;
import io.millrace.stream.InjectedRuntime;
import io.millrace.stream.InputDStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The program whose checkpoints are kept in the test resources: every kind of state and window, and
 * values of several types. It must stay as it is; what a later format has beside this goes into
 * another program.
 */
final class GoldenProgram implements SteppedRuntime.Surroundings {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WINDOW = Duration.ofSeconds(3);
  private static final int PER_BATCH = 4;

  /** What is known of a user. */
  record Total(long count, double sum, List<String> last) {}

  /** Kinds of events. */
  enum Kind {
    EVEN,
    ODD
  }

  private final int lastBatch;
  private final UUID seed;
  private final Map<Long, String> seen = new TreeMap<>();
  private Runnable stop = () -> {};
  private long nowMillis;
  private int numIds;

  /**
   * @param lastBatch number of the batch after which the program ends
   * @param seed different for each life of one checkpoint
   */
  GoldenProgram(int lastBatch, UUID seed) {
    this.lastBatch = lastBatch;
    this.seed = seed;
  }

  /** Runs to the end; returns what each batch has shown, by its number. */
  Map<Long, String> run(RDDContext engine, CheckpointStorage storage) {
    StreamingContext context =
        InjectedRuntime.into(
                StreamingContext.builder(engine, SECOND), setup -> new SteppedRuntime(setup, this))
            .checkpoint(storage)
            .build();
    declare(context);
    context.start();
    return seen;
  }

  private void declare(StreamingContext context) {
    context.registerTypes(Total.class, Kind.class);
    InputDStream<Integer> numbers = context.sourceStream(new Numbers());
    numbers.uid("numbers");
    PairDStream<String, Integer> byUser = numbers.mapToPair(n -> new Tuple2<>("user " + n % 7, n));
    show(
        "totals",
        byUser
            .mapWithState(StateSpec.function(GoldenProgram::total).timeout(Duration.ofSeconds(2)))
            .uid("totals"));
    show(
        "kinds",
        numbers
            .mapToPair(n -> new Tuple2<>(n % 2 == 0 ? Kind.EVEN : Kind.ODD, (long) n))
            .updateStateByKey(GoldenProgram::largest)
            .uid("kinds"));
    show("sums", byUser.reduceByKeyAndWindow(Integer::sum, WINDOW, SECOND).uid("sums"));
    show(
        "longs",
        numbers
            .mapToPair(n -> new Tuple2<>((long) n % 3, (long) n))
            .reduceByKeyAndWindow(Long::sum, (a, b) -> a - b, WINDOW, SECOND)
            .uid("longs"));
    show("plain", numbers.map(n -> "n" + n).window(WINDOW, SECOND).uid("plain"));
  }

  private static String total(String user, Optional<Integer> number, State<Total> state) {
    if (state.isTimingOut()) {
      return user + " left with " + state.get();
    }
    Total before = state.exists() ? state.get() : new Total(0, 0, List.of());
    Total after =
        new Total(
            before.count() + 1,
            before.sum() + number.orElse(0) / 2.0,
            List.of("number " + number.orElse(0)));
    state.update(after);
    return user + " has " + after;
  }

  private static Optional<Long> largest(List<Long> values, Optional<Long> before) {
    long largest = before.orElse(0L);
    for (long value : values) {
      largest = Math.max(largest, value);
    }
    return Optional.of(largest);
  }

  private void show(String name, DStreamLike<?, ?, ?> stream) {
    stream.foreachBatch(
        (rdd, batch) -> {
          String records =
              name + rdd.collect().stream().map(Object::toString).sorted().toList() + " ";
          seen.merge(batch.number(), records, String::concat);
        });
  }

  @Override
  public Clock ticks() {
    return new Ticks();
  }

  @Override
  public Clock patience() {
    return new Ticks();
  }

  @Override
  public Executor writers() {
    return Runnable::run;
  }

  @Override
  public Supplier<UUID> ids() {
    return () -> new UUID(seed.getMostSignificantBits(), ++numIds);
  }

  @Override
  public void onStart(Runnable stopping) {
    stop = stopping;
  }

  /** Time passes when somebody waits for it, until the last batch. */
  private final class Ticks implements Clock {

    @Override
    public long millis() {
      return nowMillis;
    }

    @Override
    public long nanoTime() {
      return nowMillis * 1_000_000;
    }

    @Override
    public void awaitMillis(long targetMillis, BooleanSupplier cancelled) {
      if (targetMillis > 1_000L * lastBatch) {
        stop.run();
      } else {
        nowMillis = Math.max(nowMillis, targetMillis);
      }
    }

    @Override
    public void wake() {}

    @Override
    public MissedTicks missedTicks() {
      return MissedTicks.RUN_EACH;
    }
  }

  /**
   * Some numbers.
   *
   * @param from the first
   */
  private record Range(int from) implements InputRange {

    @Override
    public long numRecords() {
      return PER_BATCH;
    }

    @Override
    public boolean isEmpty() {
      return false;
    }

    @Override
    public String description() {
      return "from " + from;
    }
  }

  /** 1, 2, 3 …, some in each batch. */
  private static final class Numbers implements Source<Integer, Range>, Replay<Range> {

    private int next = 1;

    @Override
    public void start(SourceContext context) {}

    @Override
    public Range nextRange(long batchTimeMillis, long previousTimeMillis) {
      Range range = new Range(next);
      next += PER_BATCH;
      return range;
    }

    @Override
    public PlanNode<Integer> read(Range range) {
      List<Integer> numbers =
          List.of(range.from(), range.from() + 1, range.from() + 2, range.from() + 3);
      return new SourceNode<>("numbers", new ListSource<>(numbers, 2));
    }

    @Override
    public void stop() {}

    @Override
    public Optional<Replay<Range>> replay() {
      return Optional.of(this);
    }

    @Override
    public Object durable(Range range) {
      return range.from();
    }

    @Override
    public Object position() {
      return next;
    }

    @Override
    public void restore(Object position, List<Object> ranges) {
      next = (Integer) position + PER_BATCH * ranges.size();
    }

    @Override
    public Range range(Object durable) {
      Range range = new Range((Integer) durable);
      next = range.from() + PER_BATCH;
      return range;
    }
  }
}
