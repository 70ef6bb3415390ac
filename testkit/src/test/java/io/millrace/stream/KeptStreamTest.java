package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.RDD;
import io.millrace.rdd.StorageLevel;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is computed how often, and for how long it is kept. */
@Timeout(60)
class KeptStreamTest {

  private static final List<List<Integer>> TWO_BATCHES =
      List.of(List.of(1, 2, 3, 4), List.of(5, 6));

  private StreamTest test;
  private LongAccumulator calls;

  @BeforeEach
  void open() {
    test = new StreamTest();
    calls = test.context().rddContext().longAccumulator();
  }

  @AfterEach
  void close() {
    test.close();
  }

  private DStream<Integer> counted(DStream<Integer> stream) {
    LongAccumulator calls = this.calls;
    return stream.map(
        i -> {
          calls.add(1);
          return i * 10;
        });
  }

  @Test
  void stream_readOnce_isComputedByEachActionOfItsOutput() throws Exception {
    counted(test.input(TWO_BATCHES, 2))
        .foreachRDD(
            rdd -> {
              rdd.count();
              rdd.count();
            });
    test.run(2);
    assertThat(calls.value()).isEqualTo(12);
  }

  @Test
  @Tag("counts-calls")
  void stream_readByTwoOutputsAndATransform_isComputedOnce() throws Exception {
    DStream<Integer> shared = counted(test.input(TWO_BATCHES, 2));
    Recorded<Integer> first = test.record(shared);
    Recorded<Integer> second = test.record(shared.map(i -> i + 1));
    Recorded<Integer> third = test.record(shared.transform(rdd -> rdd.filter(i -> i > 20)));
    test.run(2);
    assertThat(calls.value()).isEqualTo(6);
    assertThat(first.batches()).containsExactly(List.of(10, 20, 30, 40), List.of(50, 60));
    assertThat(second.batches()).containsExactly(List.of(11, 21, 31, 41), List.of(51, 61));
    assertThat(third.batches()).containsExactly(List.of(30, 40), List.of(50, 60));
  }

  @Test
  @Tag("counts-calls")
  void stream_joinedWithItself_isComputedOnce() throws Exception {
    PairDStream<Integer, Integer> pairs =
        counted(test.input(TWO_BATCHES, 2)).mapToPair(i -> Tuple2.of(i, i));
    Recorded<?> joined = test.record(pairs.join(pairs));
    test.run(2);
    assertThat(joined.batches().get(0)).hasSize(4);
    assertThat(calls.value()).isEqualTo(6);
  }

  @Test
  @Tag("counts-calls")
  void cache_isComputedOnceForSeveralActions() throws Exception {
    counted(test.input(TWO_BATCHES, 2))
        .cache()
        .foreachRDD(
            rdd -> {
              rdd.count();
              rdd.collect();
            });
    test.run(2);
    assertThat(calls.value()).isEqualTo(6);
  }

  @Test
  @Tag("counts-calls")
  void persist_withALevel_isComputedOnceForSeveralActions() throws Exception {
    counted(test.input(TWO_BATCHES, 2))
        .persist(StorageLevel.MEMORY_AND_DISK)
        .foreachRDD(
            rdd -> {
              rdd.count();
              rdd.collect();
            });
    test.run(2);
    assertThat(calls.value()).isEqualTo(6);
  }

  @Test
  void persist_isDroppedWhenTheBatchEnds() throws Exception {
    List<RDD<Integer>> datasets = new ArrayList<>();
    DStream<Integer> shared = counted(test.input(TWO_BATCHES, 2)).persist();
    shared.foreachRDD(
        rdd -> {
          rdd.count();
          datasets.add(rdd);
        });
    test.run(1);
    assertThat(test.context().rddContext().engine().numPartitionsKept(datasets.get(0).plan()))
        .isZero();
    assertThat(datasets.get(0).collect()).as("still usable").containsExactly(10, 20, 30, 40);
  }

  @Test
  void persist_refusesNoLevelAndAChangeAfterTheStart() throws Exception {
    DStream<Integer> numbers = test.input(TWO_BATCHES, 1);
    assertThatThrownBy(() -> numbers.persist(StorageLevel.NONE))
        .isInstanceOf(UnsupportedOperationException.class);
    test.record(numbers);
    test.run(1);
    assertThatThrownBy(numbers::cache)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after the streaming context has started");
  }

  @Test
  void transform_runsOncePerBatch_howeverManyReadIt() throws Exception {
    List<Integer> runs = new ArrayList<>();
    DStream<Integer> transformed =
        test.input(TWO_BATCHES, 1)
            .transform(
                rdd -> {
                  runs.add(runs.size());
                  return rdd;
                });
    test.record(transformed);
    test.record(transformed.map(i -> i));
    test.record(transformed.window(Duration.ofSeconds(2)));
    test.run(2);
    assertThat(runs).hasSize(2);
  }

  @Test
  @Tag("counts-calls")
  void window_computesEachBatchOnce() throws Exception {
    List<List<Integer>> batches = IntStream.range(0, 10).mapToObj(List::of).toList();
    DStream<Integer> mapped = counted(test.input(batches, 1));
    Recorded<Integer> windows = test.record(mapped.window(Duration.ofSeconds(4)));
    test.run(10);
    assertThat(windows.batches().get(9)).containsExactly(60, 70, 80, 90);
    assertThat(calls.value()).isEqualTo(10);
  }

  @Test
  @Tag("counts-calls")
  void window_thatFiresRarely_doesNotRecomputeASharedStream() throws Exception {
    List<List<Integer>> batches = IntStream.range(0, 8).mapToObj(List::of).toList();
    DStream<Integer> shared = counted(test.input(batches, 1));
    Recorded<Integer> each = test.record(shared);
    Recorded<Integer> windows =
        test.record(shared.map(i -> -i).window(Duration.ofSeconds(4), Duration.ofSeconds(4)));
    test.run(8);
    assertThat(each.batches()).hasSize(8);
    assertThat(windows.batches().get(7)).containsExactly(-40, -50, -60, -70);
    assertThat(calls.value()).isEqualTo(8);
  }

  @Test
  void window_keepsItsParentAlone_notWhatIsAbove() throws Exception {
    List<RDD<Integer>> above = new ArrayList<>();
    List<RDD<Integer>> parents = new ArrayList<>();
    DStream<Integer> top =
        test.input(List.of(List.of(1, 2), List.of(3)), 1)
            .transform(
                rdd -> {
                  above.add(rdd);
                  return rdd;
                });
    DStream<Integer> parent = top.map(i -> i);
    parent.foreachRDD(rdd -> parents.add(rdd));
    test.record(parent.window(Duration.ofSeconds(3)));
    test.run(3);
    io.millrace.spi.Engine engine = test.context().rddContext().engine();
    assertThat(engine.numPartitionsKept(parents.get(1).plan())).isEqualTo(1);
    assertThat(above).allMatch(rdd -> engine.numPartitionsKept(rdd.plan()) == 0);
    test.run(3);
    assertThat(parents.subList(0, 3)).allMatch(rdd -> engine.numPartitionsKept(rdd.plan()) == 0);
  }

  @Tag("embedded") // twenty thousand batches, at some milliseconds each there
  @Test
  void memory_ofOldBatches_isLetGo() throws Exception {
    int numBatches = 20_000;
    List<WeakReference<RDD<Integer>>> old = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    DStream<Integer> numbers =
        test.input(java.util.Collections.nCopies(numBatches, List.of(1, 2)), 1);
    numbers.foreachRDD(
        rdd -> {
          if (old.size() < 1_000) {
            old.add(new WeakReference<>(rdd));
          }
        });
    PairDStream<Integer, Integer> pairs = numbers.mapToPair(i -> Tuple2.of(i, 1));
    pairs
        .reduceByKeyAndWindow(Integer::sum, Duration.ofSeconds(60), Duration.ofSeconds(20))
        .foreachRDD(rdd -> values.add(rdd.count()));
    pairs
        .window(Duration.ofSeconds(30), Duration.ofSeconds(10))
        .foreachRDD(rdd -> values.add(rdd.count()));
    test.run(numBatches);
    assertThat(values).hasSize(numBatches / 20 + numBatches / 10);
    assertThat(old).hasSize(1_000);
    for (int i = 0; i < 10 && old.stream().anyMatch(ref -> ref.get() != null); i++) {
      System.gc();
    }
    assertThat(old).allMatch(ref -> ref.get() == null);
  }

  @Test
  @Tag("one-run")
  void persistedDatasets_goWithTheirBatch_unlessUnpersistIsOff() throws Exception {
    assertThat(partitionsKeptOfFirstBatch(true)).isZero();
    assertThat(partitionsKeptOfFirstBatch(false)).isEqualTo(2);
  }

  private static int partitionsKeptOfFirstBatch(boolean unpersist) throws Exception {
    Conf conf = new Conf().setMaster("local[2]").set(Settings.UNPERSIST, unpersist);
    List<RDD<Integer>> datasets = new ArrayList<>();
    try (StreamTest test = new StreamTest(conf, Duration.ofSeconds(1))) {
      test.input(TWO_BATCHES, 2)
          .cache()
          .foreachRDD(
              rdd -> {
                rdd.count();
                datasets.add(rdd);
              });
      test.run(2);
      RDD<Integer> first = datasets.get(0);
      return first.context().engine().numPartitionsKept(first.plan());
    }
  }
}
