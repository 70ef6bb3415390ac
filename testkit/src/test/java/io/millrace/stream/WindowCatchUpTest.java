package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.WindowCatchUp;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worked cases of window ends that pass while no batch is cut, and of what windows hold. */
@Timeout(60)
class WindowCatchUpTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path directory;

  private final ManualClock hand = new ManualClock(10_000);
  private final Map<String, Map<Long, List<Long>>> fired = new ConcurrentSkipListMap<>();
  private final List<Long> batches = new CopyOnWriteArrayList<>();

  private StreamingContext context(Conf conf, Duration interval) {
    return StreamingContext.builder(conf.setMaster("local[1]").setAppName("catch-up"), interval)
        .clock(new MergingClock(hand))
        .build();
  }

  private void record(String name, DStream<Long> stream) {
    stream.foreachRDD(
        (rdd, time) -> {
          List<Long> sorted = new ArrayList<>(rdd.collect());
          sorted.sort(null);
          List<Long> before =
              fired
                  .computeIfAbsent(name, key -> new ConcurrentSkipListMap<>())
                  .put(time.milliseconds(), sorted);
          assertThat(before).as("%s at %s before", name, time).isNull();
        });
  }

  private void awaitIdle(StreamingContext context) throws InterruptedException {
    assertThat(hand.awaitIdle(1, Duration.ofSeconds(20))).isTrue();
    assertThat(context.getState()).isEqualTo(StreamingContextState.ACTIVE);
  }

  private void moveTo(StreamingContext context, long millis) throws InterruptedException {
    hand.setMillis(millis);
    awaitIdle(context);
  }

  /** Each batch holds its own time. */
  private DStream<Long> times(StreamingContext context) {
    DStream<Long> times = context.sourceStream(new CountedSource());
    times.foreachRDD((rdd, time) -> batches.add(time.milliseconds()));
    return times;
  }

  private List<Long> all(String name) {
    return fired.get(name).values().stream().flatMap(List::stream).sorted().toList();
  }

  @Test
  void slowBatch_leavesEachRecordInOneTumblingWindow_ofEveryForm() throws Exception {
    Duration window = Duration.ofMillis(500);
    try (StreamingContext context = context(new Conf(), Duration.ofMillis(50))) {
      DStream<Long> times = times(context);
      // The batch of 10.7 s takes 1.3 s.
      times.foreachRDD(
          (rdd, time) ->
              hand.setMillis(hand.millis() + (time.milliseconds() == 10_700 ? 1_300 : 0)));
      PairDStream<Long, Long> ones = times.mapToPair(time -> new Tuple2<>(time, 1L));
      record("records", times.window(window, window));
      record("panes", ones.reduceByKeyAndWindow(Long::sum, window, window).map(Tuple2::_1));
      record(
          "inverse",
          ones.reduceByKeyAndWindow(
                  Long::sum, (all, gone) -> all - gone, window, window, 2, one -> one._2() != 0)
              .map(Tuple2::_1));
      record("groups", ones.groupByKeyAndWindow(window, window).map(Tuple2::_1));
      record("value", times.map(time -> 1L).reduceByWindow(Long::sum, window, window));
      record("count", times.countByWindow(window, window));
      record("of windows", times.window(window, window).window(window, window));
      context.start();
      for (long time = 10_050; time <= 13_000; time = Math.max(time, hand.millis()) + 50) {
        moveTo(context, time);
      }
      List<Long> numbers = batches.stream().filter(time -> time <= 13_000).toList();
      assertThat(numbers).contains(10_700L, 12_000L).doesNotContain(10_750L, 11_000L, 11_950L);
      for (String name : List.of("records", "panes", "inverse", "groups", "of windows")) {
        assertThat(all(name)).as(name).isEqualTo(numbers);
        assertThat(fired.get(name).keySet())
            .as(name)
            .containsExactly(10_500L, 11_000L, 12_000L, 12_500L, 13_000L);
        assertThat(fired.get(name).get(11_000L))
            .as(name)
            .containsExactly(10_550L, 10_600L, 10_650L, 10_700L);
      }
      for (String name : List.of("value", "count")) {
        assertThat(fired.get(name).get(11_000L)).as(name).containsExactly(4L);
        assertThat(all(name).stream().mapToLong(sum -> sum).sum())
            .as(name)
            .isEqualTo(numbers.size());
      }
    }
  }

  @Test
  void last_runsTheLastEndOfEachWindowAlone_atItsTime() throws Exception {
    Conf conf = new Conf().set(Settings.WINDOW_CATCH_UP, WindowCatchUp.LAST);
    try (StreamingContext context = context(conf, SECOND)) {
      DStream<Long> times = times(context);
      record("sliding", times.window(Duration.ofSeconds(6), SECOND));
      record("tumbling", times.window(Duration.ofSeconds(2), Duration.ofSeconds(2)));
      context.start();
      moveTo(context, 11_000);
      moveTo(context, 15_000);
      assertThat(batches).containsExactly(11_000L, 15_000L);
      assertThat(fired.get("sliding"))
          .isEqualTo(Map.of(11_000L, List.of(11_000L), 15_000L, List.of(11_000L, 15_000L)));
      assertThat(fired)
          .as("the last end, at 14 s, has an empty window")
          .doesNotContainKey("tumbling");
      moveTo(context, 18_500);
      assertThat(fired.get("tumbling")).isEqualTo(Map.of(18_000L, List.of(18_000L)));
    }
  }

  @Test
  void streamsBesideAWindow_haveNoDatasetInACatchUpBatch() throws Exception {
    try (StreamingContext context = context(new Conf(), SECOND)) {
      DStream<Long> times = times(context);
      DStream<Long> window = times.window(Duration.ofSeconds(3), SECOND);
      record("union", times.union(window));
      record("count", times.count());
      context.start();
      moveTo(context, 11_000);
      moveTo(context, 20_000);
      assertThat(batches).containsExactly(11_000L, 20_000L);
      assertThat(fired.get("count").keySet()).containsExactly(11_000L, 20_000L);
      assertThat(fired.get("union"))
          .isEqualTo(
              Map.of(
                  11_000L, List.of(11_000L, 11_000L),
                  12_000L, List.of(11_000L),
                  13_000L, List.of(11_000L),
                  20_000L, List.of(20_000L, 20_000L)));
    }
  }

  private final Map<Long, List<String>> lines = new TreeMap<>();
  private int numFiles;

  private StreamingContext restarted(Duration interval, Duration window) {
    StreamingContext context = context(new Conf(), interval);
    context.checkpoint(directory.resolve("checkpoint").toString());
    context
        .textFileStream(directory.resolve("input").toString())
        .uid("lines")
        .window(window, window)
        .uid("window")
        .foreachBatch(
            (rdd, batch) -> {
              assertThat(lines.put(batch.time().milliseconds(), List.copyOf(rdd.collect())))
                  .as("the window of %s has fired before", batch.time())
                  .isNull();
            });
    return context;
  }

  private void write(String... text) throws Exception {
    String name = "file-" + ++numFiles;
    Files.move(
        Files.write(directory.resolve(name), List.of(text)),
        directory.resolve("input").resolve(name));
  }

  @Test
  void outage_leavesNoWindowOut() throws Exception {
    Files.createDirectories(directory.resolve("input"));
    Duration minute = Duration.ofSeconds(60);
    try (StreamingContext context = restarted(SECOND, minute)) {
      context.start();
      awaitIdle(context);
      write("a", "b");
      moveTo(context, 11_000);
      context.stop(true, true);
    }
    hand.setMillis(141_000);
    try (StreamingContext context = restarted(SECOND, minute)) {
      context.start();
      awaitIdle(context);
      write("c");
      moveTo(context, 142_000);
      moveTo(context, 180_000);
    }
    assertThat(lines).isEqualTo(Map.of(60_000L, List.of("a", "b"), 180_000L, List.of("c")));
  }

  @Test
  void windowThatHasFired_doesNotFireAgainAfterACleanRestart() throws Exception {
    Files.createDirectories(directory.resolve("input"));
    Duration window = Duration.ofSeconds(3);
    try (StreamingContext context = restarted(SECOND, window)) {
      context.start();
      awaitIdle(context);
      write("a");
      moveTo(context, 11_000);
      moveTo(context, 12_000);
      assertThat(lines).isEqualTo(Map.of(12_000L, List.of("a")));
      context.stop(true, true);
    }
    try (StreamingContext context = restarted(SECOND, window)) {
      context.start();
      awaitIdle(context);
      moveTo(context, 13_000);
      moveTo(context, 14_000);
      assertThat(lines).isEqualTo(Map.of(12_000L, List.of("a")));
      moveTo(context, 15_000);
    }
    assertThat(lines).isEqualTo(Map.of(12_000L, List.of("a"), 15_000L, List.of()));
  }

  private List<String> log() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("checkpoint/log"))) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void idleBatches_writeNothing_onceNoWindowHoldsABatchWithInput() throws Exception {
    Files.createDirectories(directory.resolve("input"));
    try (StreamingContext context = restarted(SECOND, Duration.ofSeconds(3))) {
      context.start();
      awaitIdle(context);
      moveTo(context, 11_000);
      List<String> atFirst = log();
      moveTo(context, 15_000);
      assertThat(log()).as("nothing has come").isEqualTo(atFirst);
      write("a");
      moveTo(context, 16_000);
      List<String> afterInput = log();
      moveTo(context, 17_000);
      assertThat(log()).as("no window has ended").isEqualTo(afterInput);
      moveTo(context, 18_000);
      assertThat(log()).as("a window has ended").hasSizeGreaterThan(afterInput.size());
      moveTo(context, 19_000); // lets go of the records that windows have kept
      List<String> afterWindow = log();
      for (int millis = 20_000; millis <= 30_000; millis += 1_000) {
        moveTo(context, millis);
      }
      assertThat(log()).as("windows are empty").isEqualTo(afterWindow);
    }
    assertThat(lines.get(18_000L)).containsExactly("a");
  }

  private static List<List<Tuple2<String, Integer>>> ofOneKey(int... values) {
    List<List<Tuple2<String, Integer>>> input = new ArrayList<>();
    for (int value : values) {
      input.add(List.of(Tuple2.of("k", value)));
    }
    return input;
  }

  @Test
  void keyThatAFilterDrops_comesBackWithAllThatTheWindowHolds() throws Exception {
    try (StreamTest test = new StreamTest()) {
      Recorded<Tuple2<String, Integer>> windows =
          test.record(
              test.pairInput(ofOneKey(1, -1, 5), 1)
                  .reduceByKeyAndWindow(
                      Integer::sum,
                      (all, gone) -> all - gone,
                      Duration.ofSeconds(3),
                      SECOND,
                      1,
                      total -> total._2() != 0));
      test.run(6);
      assertThat(windows.batches())
          .containsExactly(
              List.of(Tuple2.of("k", 1)),
              List.of(),
              List.of(Tuple2.of("k", 5)),
              List.of(Tuple2.of("k", 4)),
              List.of(Tuple2.of("k", 5)),
              List.of());
    }
  }

  @Test
  void keyThatIsBetweenWindowsAlone_isInNone() throws Exception {
    List<List<Tuple2<String, Integer>>> input = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      input.add(List.of(Tuple2.of(i % 5 == 2 ? "gap" : "in", 1)));
    }
    try (StreamTest test = new StreamTest()) {
      PairDStream<String, Integer> pairs = test.pairInput(input, 1);
      Recorded<Tuple2<String, Integer>> inverse =
          test.record(
              pairs
                  .reduceByKeyAndWindow(
                      Integer::sum,
                      (all, gone) -> all - gone,
                      Duration.ofSeconds(2),
                      Duration.ofSeconds(5))
                  .uid("inverse"));
      Recorded<Tuple2<String, Integer>> plain =
          test.record(
              pairs
                  .reduceByKeyAndWindow(Integer::sum, Duration.ofSeconds(2), Duration.ofSeconds(5))
                  .uid("plain"));
      test.run(10);
      assertThat(inverse.batches().get(4)).containsExactly(Tuple2.of("in", 2));
      assertThat(inverse.batches().get(9)).containsExactly(Tuple2.of("in", 2));
      assertThat(plain.batches()).isEqualTo(inverse.batches());
    }
  }
}
