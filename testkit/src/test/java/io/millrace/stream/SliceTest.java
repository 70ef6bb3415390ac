package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Coming back to batches that have been. */
@Timeout(60)
class SliceTest {

  private static final List<List<Integer>> BATCHES =
      List.of(List.of(1), List.of(2), List.of(3), List.of(4), List.of(5), List.of(6));

  private StreamTest test;

  @BeforeEach
  void open() {
    test = new StreamTest();
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static Time at(long seconds) {
    return new Time(1_000 * seconds);
  }

  private static <T> List<List<T>> records(List<RDD<T>> datasets) {
    return datasets.stream().map(RDD::collect).toList();
  }

  /** A stream that an output reads. */
  private DStream<Integer> tens() {
    DStream<Integer> tens = test.input(BATCHES, 2).map(i -> i * 10);
    test.record(tens);
    return tens;
  }

  @Test
  void slice_givesTheBatchesOfBothEndsAndThoseBetween() throws Exception {
    DStream<Integer> tens = tens();
    test.context().remember(Duration.ofSeconds(4));
    test.run(5);
    assertThat(records(tens.slice(at(3), at(5))))
        .containsExactly(List.of(30), List.of(40), List.of(50));
    assertThat(records(tens.slice(at(4), at(4)))).containsExactly(List.of(40));
  }

  @Test
  void slice_movesEndsDownToTheStreamsSlide() throws Exception {
    DStream<Integer> tens = tens();
    test.context().remember(Duration.ofSeconds(4));
    test.run(5);
    assertThat(records(tens.slice(new Time(3_999), new Time(4_999))))
        .containsExactly(List.of(30), List.of(40));
  }

  @Test
  void slice_ofAWindow_hasADatasetPerSlideOfTheWindow() throws Exception {
    DStream<Integer> windows =
        test.input(BATCHES, 1).window(Duration.ofSeconds(3), Duration.ofSeconds(2));
    test.record(windows);
    test.context().remember(Duration.ofSeconds(10));
    test.run(6);
    assertThat(records(windows.slice(at(3), at(5))))
        .as("3 s and 5 s move down to 2 s and 4 s")
        .containsExactly(List.of(1, 2), List.of(2, 3, 4));
  }

  @Test
  void slice_ofADuration_holdsWhatAWindowOfThatLengthHolds() throws Exception {
    DStream<Integer> tens = tens();
    test.context().remember(Duration.ofSeconds(6));
    test.run(5);
    assertThat(records(tens.slice(Duration.ofSeconds(3), at(5))))
        .containsExactly(List.of(30), List.of(40), List.of(50));
    assertThat(records(tens.slice(Duration.ofMillis(1), at(5)))).containsExactly(List.of(50));
    assertThatThrownBy(() -> tens.slice(Duration.ZERO, at(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }

  @Test
  void slice_ofPairs_givesPairDatasets() throws Exception {
    PairDStream<Integer, Integer> pairs = test.input(BATCHES, 1).mapToPair(i -> Tuple2.of(i, -i));
    test.record(pairs);
    test.run(1);
    List<PairRDD<Integer, Integer>> datasets = pairs.slice(at(1), at(1));
    assertThat(datasets.get(0).values().collect()).containsExactly(-1);
  }

  @Test
  void slice_withoutRemember_hasTheLastBatchAlone() throws Exception {
    DStream<Integer> tens = tens();
    test.run(3);
    assertThat(records(tens.slice(at(3), at(3)))).containsExactly(List.of(30));
    assertThatThrownBy(() -> tens.slice(at(2), at(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(tens + " remembers batches for 1000 ms")
        .hasMessageContaining("not that of 2000 ms")
        .hasMessageContaining("call remember on the streaming context");
  }

  @Test
  void slice_ofWhatAWindowReads_reachesAsFarAsTheWindow() throws Exception {
    DStream<Integer> tens = test.input(BATCHES, 1).map(i -> i * 10);
    test.record(tens.window(Duration.ofSeconds(3)));
    test.run(5);
    assertThat(records(tens.slice(at(3), at(5)))).hasSize(3);
    assertThatThrownBy(() -> tens.slice(at(2), at(5))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void slice_leavesOutTimesBeforeTheStartAndBatchesWithoutDataset() throws Exception {
    DStream<Integer> tens =
        test.input(Arrays.asList(List.of(1), null, List.of(3)), 1).map(i -> i * 10);
    test.record(tens);
    test.context().remember(Duration.ofSeconds(10));
    test.run(3);
    assertThat(records(tens.slice(at(-5), at(3)))).containsExactly(List.of(10), List.of(30));
  }

  @Test
  void slice_ofABatchToCome_isRefused() throws Exception {
    DStream<Integer> tens = tens();
    assertThatThrownBy(() -> tens.slice(at(1), at(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has not been started");
    test.run(2);
    assertThatThrownBy(() -> tens.slice(at(2), at(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no batch of 3000 ms yet: the last is that of 2000 ms");
    assertThatThrownBy(() -> tens.slice(at(2), at(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 ms is before 2000 ms");
  }

  @Test
  void slice_ofAStreamThatNoOutputReads_isRefused() throws Exception {
    DStream<Integer> tens = tens();
    DStream<Integer> unread = tens.map(i -> i + 1);
    test.run(1);
    assertThatThrownBy(() -> unread.slice(at(1), at(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no output depends on it");
  }

  @Test
  void slice_inAnOutput_countsTheBatchThatRuns() throws Exception {
    List<List<List<Integer>>> seen = new ArrayList<>();
    DStream<Integer> numbers = test.input(BATCHES, 1);
    DStream<Integer> tens = numbers.map(i -> i * 10);
    test.context().remember(Duration.ofSeconds(2));
    numbers.foreachRDD(
        (rdd, time) -> seen.add(records(tens.slice(time.minus(Duration.ofSeconds(1)), time))));
    test.record(tens);
    test.run(3);
    assertThat(seen)
        .containsExactly(
            List.of(List.of(10)),
            List.of(List.of(10), List.of(20)),
            List.of(List.of(20), List.of(30)));
  }

  @Test
  void slice_inATransform_joinsABatchWithTheOneBefore() throws Exception {
    DStream<Integer> numbers = test.input(BATCHES, 1);
    Recorded<Integer> rising =
        test.record(
            numbers.transform(
                (rdd, time) ->
                    numbers
                        .compute(time.minus(Duration.ofSeconds(1)))
                        .map(before -> rdd.subtract(before.map(i -> i + 1)))
                        .orElse(rdd)));
    test.run(3);
    assertThat(rising.batches()).containsExactly(List.of(1), List.of(), List.of());
  }

  @Test
  void slice_fromAnotherThread_seesWholeBatches_whileBatchesRun() throws Exception {
    int numBatches = 300;
    DStream<Integer> numbers =
        test.input(IntStream.rangeClosed(1, numBatches).mapToObj(List::of).toList(), 1);
    DStream<Integer> tens = numbers.map(i -> i * 10);
    tens.foreachRDD(rdd -> {});
    test.context().remember(Duration.ofSeconds(numBatches));
    FutureTask<Integer> looking =
        new FutureTask<>(
            () -> {
              int looks = 0;
              for (long last = 0; last < numBatches; looks++) {
                last = test.context().progress().numBatches();
                assertThat(tens.slice(at(1), at(last))).hasSize((int) last);
                assertThat(records(tens.slice(at(last), at(last))))
                    .containsExactly(List.of((int) last * 10));
              }
              return looks;
            });
    test.run(1);
    Thread thread = new Thread(looking);
    thread.start();
    test.run(numBatches - 1);
    assertThat(looking.get()).isPositive();
    thread.join();
  }

  @Test
  void compute_givesTheDatasetOfOneBatch_ifItHasOne() throws Exception {
    DStream<Integer> tens = test.input(Arrays.asList(null, List.of(2)), 1).map(i -> i * 10);
    test.record(tens);
    test.context().remember(Duration.ofSeconds(9));
    test.run(2);
    assertThat(tens.compute(at(1))).isEmpty();
    assertThat(tens.compute(at(2)).map(RDD::collect)).contains(List.of(20));
    assertThat(tens.compute(new Time(1_500))).as("between batches").isEmpty();
  }

  @Test
  void remember_keepsWhatIsPersisted_asLongAsAsked() throws Exception {
    DStream<Integer> tens = tens().cache();
    test.context().remember(Duration.ofSeconds(3));
    test.run(4);
    io.millrace.spi.Engine engine = test.context().rddContext().engine();
    List<RDD<Integer>> kept = tens.slice(at(2), at(4));
    assertThat(kept).allMatch(rdd -> engine.numPartitionsKept(rdd.plan()) == 2);
    test.run(2);
    assertThat(engine.numPartitionsKept(kept.get(0).plan())).isZero();
    assertThat(engine.numPartitionsKept(kept.get(1).plan())).isZero();
    assertThat(engine.numPartitionsKept(kept.get(2).plan())).isEqualTo(2);
  }

  @Test
  void batchesThatPass_leaveADatasetAloneThatTheProgramCached() throws Exception {
    RDD<Integer> cached = test.context().rddContext().parallelize(List.of(7, 8), 2).cache();
    cached.count();
    Recorded<Integer> out = test.record(test.input(BATCHES, 1).transform(rdd -> cached));
    test.run(4);
    assertThat(out.batches()).containsOnly(List.of(7, 8));
    assertThat(cached.context().engine().numPartitionsKept(cached.plan())).isEqualTo(2);
  }

  @Test
  void remember_isDeclaredBeforeTheStart_andPositive() throws Exception {
    assertThatThrownBy(() -> test.context().remember(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    tens();
    test.run(1);
    assertThatThrownBy(() -> test.context().remember(Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after the streaming context has started");
  }
}
