package io.millrace.internal.scheduler;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function3;
import io.millrace.function.PairFunction;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.DStream;
import io.millrace.stream.PairDStream;
import io.millrace.stream.State;
import io.millrace.stream.StateSpec;
import io.millrace.stream.StreamingContext;
import java.time.Duration;
import java.util.Optional;

/** What is crashed. */
final class Programs {

  /** The last number that sources give. */
  static final int END = 4;

  static final Duration WINDOW = Duration.ofSeconds(3);

  private Programs() {}

  /** Numbers, tagged anew in each attempt, that somebody watches. */
  private static DStream<String> tagged(StreamingContext context, Life life) {
    return tagged(context, life, life.numbers("numbers", END));
  }

  private static DStream<String> tagged(StreamingContext context, Life life, NumberSource source) {
    DStream<String> tagged = context.sourceStream(source).uid("numbers").map(new Tag(life.key()));
    tagged.foreachBatch((rdd, batch) -> life.see(batch, rdd.collect()));
    return tagged;
  }

  /** A stream of which the times of batches are noted. */
  static DStream<String> noted(DStream<String> stream, Life life) {
    stream.foreachBatch((rdd, batch) -> life.note(batch));
    return stream;
  }

  /** No sink, and somebody who watches. */
  static void watched(StreamingContext context, Life life) {
    tagged(context, life);
  }

  /** {@link #watched}, up to another number. */
  static void watched(StreamingContext context, Life life, int end) {
    tagged(context, life, life.numbers("numbers", end));
  }

  static void oneSink(StreamingContext context, Life life) {
    sinkOf(context, life, END, new OutsideSink(life.key(), "A"));
  }

  /** {@link #oneSink} with another one. */
  static void sinkOf(
      StreamingContext context, Life life, int end, TransactionalSink<String, String> sink) {
    tagged(context, life, life.numbers("numbers", end)).writeTo(sink).uid("a");
  }

  /** {@link #oneSink} with another source. */
  static void sourceOf(StreamingContext context, Life life, NumberSource source) {
    tagged(context, life, life.awaited(source)).writeTo(new OutsideSink(life.key(), "A")).uid("a");
  }

  /** Two sinks that have the same. */
  static void twoSinks(StreamingContext context, Life life) {
    DStream<String> tagged = tagged(context, life);
    tagged.writeTo(new OutsideSink(life.key(), "A")).uid("a");
    tagged.writeTo(new OutsideSink(life.key(), "B")).uid("b");
  }

  /** A sink and one that has a window. */
  static void window(StreamingContext context, Life life) {
    windowAndSinkOf(context, life, new OutsideSink(life.key(), "A"));
  }

  /** {@link #window} with another sink. */
  static void windowAndSinkOf(
      StreamingContext context, Life life, TransactionalSink<String, String> sink) {
    window(tagged(context, life), life, sink);
  }

  /** {@link #window}, up to another number. */
  static void windowTo(StreamingContext context, Life life, int end) {
    window(
        tagged(context, life, life.numbers("numbers", end)),
        life,
        new OutsideSink(life.key(), "A"));
  }

  private static void window(
      DStream<String> tagged, Life life, TransactionalSink<String, String> sink) {
    tagged.writeTo(sink).uid("a");
    noted(tagged.window(WINDOW), life).writeTo(new OutsideSink(life.key(), "W")).uid("w");
  }

  /** A sink, and one that has the chain of each key's records, which is state. */
  static void state(StreamingContext context, Life life) {
    stateTo(context, life, END);
  }

  /** {@link #state}, up to another number. */
  static void stateTo(StreamingContext context, Life life, int end) {
    DStream<String> tagged = tagged(context, life, life.numbers("numbers", end));
    tagged.writeTo(new OutsideSink(life.key(), "A")).uid("a");
    tagged
        .mapToPair(new ByParity())
        .mapWithState(StateSpec.function(new Chain()))
        .writeTo(new OutsideSink(life.key(), "S"))
        .uid("s");
  }

  /** Somebody who watches keys come and time out, and no sink. */
  static void timeouts(StreamingContext context, Life life) {
    context
        .sourceStream(life.numbers("numbers", END))
        .uid("numbers")
        .mapToPair(number -> Tuple2.of(number % 2, number))
        .mapWithState(
            StateSpec.<Integer, Integer, Integer, String>function(
                    (key, number, state) -> {
                      if (!state.isTimingOut()) {
                        state.update(number.orElseThrow());
                      }
                      return key + (state.isTimingOut() ? " out" : " in");
                    })
                .timeout(Duration.ofMillis(1_500)))
        .uid("events")
        .foreachBatch((rdd, batch) -> life.fire("events", batch, rdd.collect()));
  }

  /** A sink, and two that have sums over windows: of panes, and of what enters and leaves. */
  static void sums(StreamingContext context, Life life) {
    DStream<String> tagged = tagged(context, life);
    tagged.writeTo(new OutsideSink(life.key(), "A")).uid("a");
    PairDStream<Integer, Long> weights = tagged.mapToPair(new Weight());
    noted(weights.reduceByKeyAndWindow(Long::sum, WINDOW).uid("panes").map(new Shown()), life)
        .writeTo(new OutsideSink(life.key(), "P"))
        .uid("p");
    noted(
            weights
                .reduceByKeyAndWindow(
                    Long::sum, (sum, old) -> sum - old, WINDOW, context.batchDuration())
                .uid("inverse")
                .map(new Shown()),
            life)
        .writeTo(new OutsideSink(life.key(), "I"))
        .uid("i");
  }

  /** Even numbers apart from odd ones. */
  record ByParity() implements PairFunction<String, Integer, String> {

    @Override
    public Tuple2<Integer, String> call(String record) {
      return Tuple2.of(Tag.number(record) % 2, record);
    }
  }

  /** Each record with the one before it, {@code 3@1.7<1@1.2}. */
  record Chain() implements Function3<Integer, Optional<String>, State<String>, String> {

    @Override
    public String call(Integer key, Optional<String> record, State<String> last) {
      String before = last.exists() ? last.get() : "";
      last.update(record.orElseThrow());
      return record.orElseThrow() + "<" + before;
    }
  }

  /** A number that tells records, and attempts at them, from each other in a sum, by parity. */
  record Weight() implements PairFunction<String, Integer, Long> {

    @Override
    public Tuple2<Integer, Long> call(String record) {
      return Tuple2.of(Tag.number(record) % 2, Tag.weight(record));
    }
  }

  /** {@code 1=107}. */
  record Shown() implements Function<Tuple2<Integer, Long>, String> {

    @Override
    public String call(Tuple2<Integer, Long> sum) {
      return sum._1() + "=" + sum._2();
    }
  }

  /** Three sinks at two outputs, of which one has nothing in some batches. */
  static void threeSinks(StreamingContext context, Life life) {
    DStream<String> tagged = tagged(context, life);
    OutsideSink first = new OutsideSink(life.key(), "A");
    OutsideSink second = new OutsideSink(life.key(), "B");
    tagged
        .foreachBatch(
            (rdd, batch) -> {
              batch.write(rdd, first);
              batch.write(rdd.filter(new IsEven()), second);
            },
            first,
            second)
        .uid("ab");
    noted(tagged.window(WINDOW), life).writeTo(new OutsideSink(life.key(), "W")).uid("w");
  }

  /**
   * {@link #threeSinks} whose batches take so long that each is planned with the end of another.
   */
  static void behind(StreamingContext context, Life life) {
    life.fallBehind();
    threeSinks(context, life);
  }

  /** A second source, with a sink of its own, beside what {@link #oneSink} has. */
  static void secondSource(StreamingContext context, Life life) {
    oneSink(context, life);
    context
        .sourceStream(life.numbers("more", END))
        .uid("more")
        .map(new Tag(life.key()))
        .writeTo(new OutsideSink(life.key(), "M"))
        .uid("m");
  }

  /** {@link #oneSink} where {@link #twoSinks} or {@link #window} was. */
  static void dropping(StreamingContext context, Life life) {
    oneSink(context, life);
    context.allowDrop("b", "w", "window@numbers");
  }

  /** Of tagged numbers. */
  record IsEven() implements Function<String, Boolean> {

    @Override
    public Boolean call(String record) {
      return Tag.number(record) % 2 == 0;
    }
  }
}
