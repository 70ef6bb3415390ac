package io.millrace.testkit;

import io.millrace.Conf;
import io.millrace.Tuple2;
import io.millrace.stream.StreamingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A program that counts the words of files, and what it has seen of its counts. */
final class WordCounts implements AutoCloseable {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualClock clock;
  private final StreamingContext context;
  private final List<String> seen = new ArrayList<>();

  private WordCounts(long startMillis) {
    clock = new ManualClock(startMillis);
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .setAppName("word counts")
            // So that states are objects of their own, and are merged and deleted.
            .set("millrace.checkpoint.maxInlineBytes", "0")
            .set("millrace.checkpoint.retainedBatches", "1");
    context = StreamingContext.builder(conf, SECOND).clock(clock).build();
  }

  /** Starts it over the files in {@code input}, by a clock that shows {@code startMillis}. */
  static WordCounts start(String location, Path input, long startMillis) throws Exception {
    WordCounts program = new WordCounts(startMillis);
    try {
      program.start(location, input);
      return program;
    } catch (Exception e) {
      program.close();
      throw e;
    }
  }

  private void start(String location, Path input) throws Exception {
    context.checkpoint(location);
    context
        .textFileStream(input.toString(), false)
        .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
        .mapToPair(word -> Tuple2.of(word, 1L))
        .<Long>updateStateByKey(
            (counts, before) ->
                Optional.of(before.orElse(0L) + counts.stream().mapToLong(n -> n).sum()))
        .foreachBatch(
            (rdd, batch) -> seen.add(batch.number() + " " + new TreeMap<>(rdd.collectAsMap())));
    context.start();
    awaitIdle();
  }

  void runBatches(int numBatches) throws Exception {
    for (int i = 0; i < numBatches; i++) {
      clock.advance(SECOND);
      awaitIdle();
    }
  }

  private void awaitIdle() throws Exception {
    while (!clock.awaitIdle(1, Duration.ofMillis(50))) {
      if (context.awaitTerminationOrTimeout(0)) {
        throw new IllegalStateException("the context has stopped");
      }
    }
  }

  long millis() {
    return clock.millis();
  }

  /** Each batch so far: its number and all counts after it. */
  List<String> seen() {
    return seen;
  }

  @Override
  public void close() {
    context.close();
  }
}
