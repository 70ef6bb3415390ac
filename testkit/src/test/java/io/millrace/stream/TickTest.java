package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.spi.Clock;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which batches a clock brings about. Batches are one second. */
@Timeout(30)
class TickTest {

  private final ManualClock hand = new ManualClock(10_300);
  private final List<Long> times = new CopyOnWriteArrayList<>();
  private final List<BatchInfo> batches = new ArrayList<>();
  private StreamingContext context;

  private void open(Clock clock) {
    context =
        StreamingContext.builder(
                new Conf().setMaster("local[1]").setAppName("ticks"), Duration.ofSeconds(1))
            .clock(clock)
            .build();
  }

  @AfterEach
  void close() {
    context.close();
  }

  private DStream<Long> recording() {
    DStream<Long> numbers = context.sourceStream(new CountedSource());
    numbers.foreachRDD((rdd, time) -> times.add(time.milliseconds()));
    return numbers;
  }

  private void awaitIdle() throws InterruptedException {
    assertThat(hand.awaitIdle(1, Duration.ofSeconds(20))).isTrue();
    context.progress().lastBatch().ifPresent(batches::add);
  }

  private void moveTo(long millis) throws InterruptedException {
    hand.setMillis(millis);
    awaitIdle();
  }

  @Test
  void batches_areCutAtMultiplesOfTheInterval_countedFromTheEpoch() throws Exception {
    open(hand);
    recording();
    context.start();
    moveTo(10_999);
    assertThat(times).isEmpty();
    moveTo(11_000);
    moveTo(12_500);
    assertThat(times).containsExactly(11_000L, 12_000L);
  }

  @Test
  void manualClock_runsEachTickThatAMovePasses() throws Exception {
    open(hand);
    recording();
    context.start();
    moveTo(14_200);
    assertThat(times).containsExactly(11_000L, 12_000L, 13_000L, 14_000L);
    assertThat(context.progress().numMergedTicks()).isZero();
    assertThat(batches.get(0).schedulingDelay()).as("of the last").isEqualTo(200);
  }

  @Test
  void missedTicks_mergeIntoOneBatchAtTheLast() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    open(new MergingClock(hand));
    recording()
        .foreachRDD(
            rdd -> {
              begun.countDown();
              release.await();
            });
    context.start();
    hand.setMillis(11_000);
    begun.await();
    hand.setMillis(16_100);
    release.countDown();
    awaitIdle();
    moveTo(17_000);
    assertThat(times).containsExactly(11_000L, 16_000L, 17_000L);
    assertThat(batches).extracting(BatchInfo::number).containsExactly(2L, 3L);
    assertThat(batches).extracting(BatchInfo::numMergedTicks).containsExactly(4L, 0L);
    assertThat(batches.get(0).schedulingDelay()).isEqualTo(100);
    assertThat(context.progress().numMergedTicks()).isEqualTo(4);
    assertThat(context.progress().numBatches()).isEqualTo(3);
  }

  @Test
  void mergedBatch_asksSourcesForItsWholeSpan() throws Exception {
    CountedSource source = new CountedSource();
    open(new MergingClock(hand));
    context.sourceStream(source).foreachRDD(rdd -> {});
    context.start();
    moveTo(11_000);
    moveTo(15_000);
    assertThat(source.calls()).contains("range 10000-11000", "range 11000-15000");
  }

  @Test
  void windowEnds_thatPassTogether_fireAtTheirTimes_ifTheirWindowsHoldABatch() throws Exception {
    List<String> windows = new ArrayList<>();
    open(new MergingClock(hand));
    DStream<Long> numbers = context.sourceStream(new CountedSource());
    numbers
        .window(Duration.ofSeconds(4), Duration.ofSeconds(2))
        .foreachRDD((rdd, time) -> windows.add("plain " + time + " " + rdd.collect()));
    numbers
        .map(i -> i / 1000)
        .reduceByWindow(Long::sum, Duration.ofSeconds(4), Duration.ofSeconds(2))
        .foreachRDD((rdd, time) -> windows.add("sum " + time + " " + rdd.collect()));
    context.start();
    moveTo(11_000);
    moveTo(12_000);
    // Ends at 14, 16 and 18 s pass before the batch of 19 s: that at 14 s holds those of 11 and 12
    // s.
    moveTo(19_000);
    moveTo(20_000);
    moveTo(21_000);
    assertThat(windows)
        .containsExactly(
            "plain 12000 ms [11000, 12000]",
            "sum 12000 ms [23]",
            "plain 14000 ms [11000, 12000]",
            "sum 14000 ms [23]",
            "plain 20000 ms [19000, 20000]",
            "sum 20000 ms [39]");
  }

  @Test
  void batchesGoOn_aTenthSlower_whenTheWallClockIsSetBack() throws Exception {
    MergingClock clock = new MergingClock(hand);
    open(clock);
    recording();
    context.start();
    moveTo(11_000);
    moveTo(12_000);
    clock.step(Duration.ofHours(-1));
    awaitIdle();
    moveTo(13_000);
    moveTo(14_099);
    assertThat(times).containsExactly(11_000L, 12_000L, 13_000L);
    moveTo(14_100);
    assertThat(times).containsExactly(11_000L, 12_000L, 13_000L, 14_000L);
  }

  @Test
  void wallClockThatIsSetForward_isAnOutageUpToTheBound_andIsIgnoredBeyond() throws Exception {
    MergingClock clock = new MergingClock(hand);
    open(clock);
    recording();
    context.start();
    moveTo(11_000);
    clock.step(Duration.ofMinutes(60));
    awaitIdle();
    assertThat(times).containsExactly(11_000L, 3_611_000L);
    clock.step(Duration.ofMillis(3_600_001));
    awaitIdle();
    moveTo(12_000);
    assertThat(times).containsExactly(11_000L, 3_611_000L, 3_612_000L);
  }

  @Test
  void gracefulStop_onAWallClockThatWasSetBack_runsWhatWaits() throws Exception {
    MergingClock clock = new MergingClock(hand);
    open(clock);
    context
        .sourceStream(
            new CountedSource() {
              @Override
              public boolean drain() {
                return true;
              }
            })
        .foreachRDD((rdd, time) -> times.add(time.milliseconds()));
    context.start();
    moveTo(11_000);
    clock.step(Duration.ofHours(-1));
    awaitIdle();
    context.stop(true, true);
    assertThat(times).containsExactly(11_000L, 12_000L);
  }

  @Test
  void lastBatchOfAGracefulStop_isLaterThanAllBefore_andNotBehindTheClock() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    open(new MergingClock(hand));
    context
        .sourceStream(
            new CountedSource() {
              @Override
              public boolean drain() {
                return true;
              }
            })
        .foreachRDD(
            (rdd, time) -> {
              times.add(time.milliseconds());
              begun.countDown();
              release.await();
            });
    context.start();
    hand.setMillis(11_000);
    begun.await();
    hand.setMillis(15_500);
    Thread stopping = new Thread(() -> context.stop(true, true));
    stopping.start();
    assertThat(context.awaitTerminationOrTimeout(50)).isFalse();
    release.countDown();
    stopping.join();
    assertThat(times).containsExactly(11_000L, 15_000L);
  }

  /** Writes down its batch times; each file is a batch that the checkpoint knows. */
  private void recordingFiles(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("input"));
    context.checkpoint(directory.resolve("checkpoint").toString());
    context
        .textFileStream(directory.resolve("input").toString())
        .foreachRDD((rdd, time) -> times.add(time.milliseconds()));
  }

  private static void write(Path directory, String name) throws IOException {
    Path file = Files.writeString(directory.resolve(name), name);
    Files.move(file, directory.resolve("input").resolve(name));
  }

  @Test
  void manualClock_runsEachTickAfterARestart_andMergesThoseBeforeIt(@TempDir Path directory)
      throws Exception {
    open(hand);
    recordingFiles(directory);
    context.start();
    write(directory, "a");
    moveTo(11_000);
    write(directory, "b");
    moveTo(12_000);
    context.stop(true, false);
    hand.setMillis(14_500);
    open(hand);
    recordingFiles(directory);
    context.start();
    moveTo(17_100);
    assertThat(times).containsExactly(11_000L, 12_000L, 15_000L, 16_000L, 17_000L);
  }

  @Test
  void restartOnAClockBehindTheCheckpoint_goesOnFromTheLastBatch(@TempDir Path directory)
      throws Exception {
    MergingClock clock = new MergingClock(hand);
    open(clock);
    recordingFiles(directory);
    context.start();
    write(directory, "a");
    moveTo(11_000);
    context.stop(true, false);
    clock.step(Duration.ofHours(-1));
    open(clock);
    recordingFiles(directory);
    context.start();
    awaitIdle();
    moveTo(12_099);
    assertThat(times).containsExactly(11_000L);
    moveTo(12_100);
    assertThat(times).containsExactly(11_000L, 12_000L);
  }
}
