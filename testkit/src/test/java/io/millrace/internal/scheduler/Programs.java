package io.millrace.internal.scheduler;

import io.millrace.function.Function;
import io.millrace.sink.TransactionalSink;
import io.millrace.stream.DStream;
import io.millrace.stream.StreamingContext;
import java.time.Duration;

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
    tagged.window(WINDOW).writeTo(new OutsideSink(life.key(), "W")).uid("w");
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
    tagged.window(WINDOW).writeTo(new OutsideSink(life.key(), "W")).uid("w");
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
