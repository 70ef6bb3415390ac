package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.BatchFailure;
import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.Tuple2;
import io.millrace.rdd.LongAccumulator;
import io.millrace.testkit.StreamTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that several declared outputs read: in one pass, with the results of several. */
@Timeout(60)
class SharedStreamTest {

  /** What tasks gave; static, since a function that captured it could not travel. */
  private static final Queue<Object> SEEN = new ConcurrentLinkedQueue<>();

  @TempDir private Path directory;

  private StreamTest test;
  private LongAccumulator calls;

  @BeforeEach
  void open() {
    SEEN.clear();
    test = new StreamTest();
    calls = test.context().rddContext().longAccumulator();
  }

  @AfterEach
  void close() {
    test.close();
  }

  private PairDStream<Integer, Integer> countedPairs(DStream<Integer> numbers) {
    LongAccumulator counter = calls;
    return numbers.mapToPair(
        i -> {
          counter.add(1);
          return Tuple2.of(i % 3, i);
        });
  }

  private static List<List<Integer>> batches(int numBatches, int size) {
    List<List<Integer>> batches = new ArrayList<>();
    for (int i = 0; i < numBatches; i++) {
      batches.add(IntStream.range(i, i + size).boxed().toList());
    }
    return batches;
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  /** The lines of one batch of {@code saveAsTextFiles}, sorted. */
  private List<String> lines(String name, long batchMillis) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> parts = Files.list(directory.resolve(name + "-" + batchMillis))) {
      for (Path part : parts.filter(p -> p.getFileName().toString().startsWith("part-")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
    }
    return lines.stream().sorted().toList();
  }

  private static <T> void see(DStreamLike<T, ?, ?> stream) {
    stream.foreachPartition(
        records -> {
          List<Object> all = new ArrayList<>();
          records.forEachRemaining(all::add);
          SEEN.addAll(all);
        });
  }

  private long firstBatchMillis() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(p -> p.getFileName().toString())
          .mapToLong(n -> Long.parseLong(n.substring(n.indexOf('-') + 1)))
          .min()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  @Tag("counts-calls")
  void aStream_thatDeclaredOutputsReadThroughExchanges_isComputedOncePerBatch(int numPartitions)
      throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(3, 100), numPartitions));
    pairs.reduceByKey(Integer::sum, 2).saveAsTextFiles(path("sums"));
    pairs.count().saveAsTextFiles(path("counts"));
    pairs.groupByKey(3).mapValues(v -> 1).saveAsTextFiles(path("groups"));
    test.run(3);
    assertThat(calls.value()).isEqualTo(300);
    assertThat(lines("counts", firstBatchMillis())).containsExactly("100");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void outputs_ofASharedStream_giveTheSameAsAlone(int numPartitions) throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(3, 100), numPartitions));
    pairs.reduceByKey(Integer::sum, 2).saveAsTextFiles(path("sums"));
    pairs.count().saveAsTextFiles(path("counts"));
    pairs.groupByKey(3).mapValues(v -> 1).saveAsTextFiles(path("groups"));
    test.run(3);
    long first = firstBatchMillis();
    assertThat(lines("sums", first)).containsExactly("(0,1683)", "(1,1617)", "(2,1650)");
    assertThat(lines("counts", first)).containsExactly("100");
    assertThat(lines("groups", first)).containsExactly("(0,1)", "(1,1)", "(2,1)");
    assertThat(lines("counts", first + 2_000)).containsExactly("100");
    assertThat(lines("sums", first + 1_000)).containsExactly("(0,1683)", "(1,1717)", "(2,1650)");
  }

  @Test
  @Tag("counts-calls")
  void aStream_thatIsPrintedTwice_isComputedOnce() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 10), 2));
    pairs.reduceByKey(Integer::sum).print();
    pairs.count().print();
    test.run(2);
    assertThat(calls.value()).isEqualTo(20);
  }

  @Test
  @Tag("counts-calls")
  void aStream_thatReachesForeachRdd_isKeptAndComputedOnce() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 10), 2));
    pairs.reduceByKey(Integer::sum).foreachRDD(rdd -> assertThat(rdd.count()).isEqualTo(3));
    pairs
        .count()
        .foreachRDD(
            rdd -> {
              assertThat(rdd.first()).isEqualTo(10);
              assertThat(rdd.collect()).containsExactly(10L);
            });
    test.run(2);
    assertThat(calls.value()).isEqualTo(20);
  }

  @Test
  @Tag("counts-calls")
  void aStream_thatAnOutputReadsWithoutExchange_isKeptAndComputedOnce() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 10), 2));
    see(pairs.map(pair -> pair._1()));
    see(pairs.count());
    see(pairs.mapPartitions(x -> x).count());
    test.run(2);
    assertThat(calls.value()).isEqualTo(20);
    assertThat(SEEN).hasSize(24);
  }

  @Test
  @Tag("counts-calls")
  void anExchange_ofTwoOutputs_isReadByBoth() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 10), 2));
    PairDStream<Integer, Integer> sums = pairs.reduceByKey(Integer::sum);
    sums.print();
    see(sums.map(pair -> pair._2()));
    see(sums.mapValues(x -> -x).map(pair -> pair._2()));
    see(pairs.count());
    test.run(2);
    assertThat(calls.value()).isEqualTo(20);
    assertThat(SEEN.stream().limit(7)).containsExactlyInAnyOrder(18, 12, 15, -18, -12, -15, 10L);
  }

  @Test
  @Tag("counts-calls")
  void sharedStreams_onTopOfEachOther_areComputedOnce() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 10), 2));
    LongAccumulator valueCalls = test.context().rddContext().longAccumulator();
    PairDStream<Integer, Integer> negated =
        pairs.mapValues(
            x -> {
              valueCalls.add(1);
              return -x;
            });
    see(negated.reduceByKey(Integer::sum).map(pair -> pair._2()));
    see(negated.count());
    see(pairs.count());
    test.run(2);
    assertThat(calls.value()).isEqualTo(20);
    assertThat(valueCalls.value()).isEqualTo(20);
    assertThat(SEEN.stream().limit(5)).containsExactlyInAnyOrder(-18, -12, -15, 10L, 10L);
  }

  @Test
  @Tag("counts-calls")
  void aJoinOfAStreamWithItself_thatIsDeclared_readsItOnce() throws Exception {
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches(2, 3), 2));
    see(pairs.join(pairs).map(pair -> pair._2()));
    test.run(2);
    assertThat(calls.value()).isEqualTo(6);
    assertThat(SEEN).hasSize(6);
  }

  @Test
  @Tag("counts-calls")
  void anEmptyBatch_andOneWithoutDataset_areCountedAsZero() throws Exception {
    List<List<Integer>> batches = new ArrayList<>(List.of(List.of(1, 2), List.of()));
    batches.add(null);
    PairDStream<Integer, Integer> pairs = countedPairs(test.input(batches, 2));
    see(pairs.reduceByKey(Integer::sum).map(pair -> pair._2()));
    see(pairs.count());
    test.run(3);
    assertThat(SEEN).containsExactlyInAnyOrder(1, 2, 2L, 0L, 0L);
  }

  @Test
  @Tag("counts-calls")
  @Tag("one-run")
  void aFailureOfTheSecondOutput_isItsOwn() throws Exception {
    Conf conf = new Conf().setMaster("local[2]").set(Settings.BATCH_FAILURE, BatchFailure.CONTINUE);
    try (StreamTest failing = new StreamTest(conf, Duration.ofSeconds(1))) {
      PairDStream<Integer, Integer> pairs =
          failing.input(batches(2, 10), 2).mapToPair(i -> Tuple2.of(i % 3, i));
      see(pairs.count());
      see(pairs.mapValues(x -> 10 / (x - 9)).reduceByKey(Integer::sum).map(pair -> pair._2()));
      see(pairs.reduceByKey(Integer::sum).map(pair -> pair._2()));
      failing.run(1);
      assertThat(SEEN).containsExactlyInAnyOrder(10L, 18, 12, 15);
    }
  }

  @Test
  @Tag("counts-calls")
  void aTransformThatFailsAboveAnOutput_failsThatOutputAndNotThoseBefore() throws Exception {
    DStream<Integer> numbers = test.input(batches(2, 10), 2);
    PairDStream<Integer, Integer> pairs = countedPairs(numbers);
    DStream<Integer> broken =
        numbers.transform(
            rdd -> {
              throw new IllegalStateException("no plan");
            });
    see(pairs.count());
    see(pairs.reduceByKey(Integer::sum).map(pair -> pair._2()));
    see(pairs.union(countedPairs(broken)).count());
    assertThatThrownBy(() -> test.run(1))
        .hasMessageContaining("no plan")
        .hasMessageContaining("foreachPartition#2");
    assertThat(SEEN).containsExactlyInAnyOrder(10L, 18, 12, 15);
  }

  @Test
  @Tag("one-run")
  void whatWasHeldForOutputs_isGoneAfterTheBatch() throws Exception {
    Path local = Files.createDirectory(directory.resolve("local"));
    Conf conf =
        new Conf()
            .setMaster("local[2]")
            .set("millrace.local.dir", local.toString())
            .set("millrace.memory.execution.maxBytes", "1m");
    try (StreamTest spilling = new StreamTest(conf, Duration.ofSeconds(1))) {
      PairDStream<Integer, Integer> pairs =
          spilling.input(batches(2, 50_000), 3).mapToPair(i -> Tuple2.of(i, i));
      see(pairs.count());
      see(pairs.reduceByKey(Integer::sum).count());
      see(pairs.groupByKey().count());
      spilling.run(2);
      // Once per output and batch, or twice where every first attempt is thrown away.
      assertThat(SEEN).containsOnly(50_000L);
      assertThat(SEEN.size()).isIn(6, 12);
      try (Stream<Path> left = Files.walk(local)) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }
}
