package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation gives the same records in the same order, whether it spills or not. */
@Timeout(60)
class SpillingTest {

  private static final long LITTLE = 20_000;

  /** Static, since a function that captured it could not travel. */
  private static final AtomicReference<Runnable> CANCEL = new AtomicReference<>();

  private final SpillFilesInMemory files = new SpillFilesInMemory();
  private final EmbeddedEngine engine = engine(files, LITTLE, Long.MAX_VALUE);
  private final RDDContext context = RDDContext.on(engine, new Conf());

  private static EmbeddedEngine engine(
      SpillFilesInMemory files, long maxExecutionBytes, long maxLocalBytes) {
    EmbeddedEngine made =
        new EmbeddedEngine(
            new EmbeddedEngine.Options(
                2, 3, Long.MAX_VALUE, maxExecutionBytes, maxLocalBytes, true, false),
            files,
            "test",
            System::nanoTime,
            Runnable::run);
    made.start();
    return made;
  }

  @AfterEach
  void close() {
    engine.close();
    assertThat(files.files).as("files left behind").isEmpty();
    assertThat(engine.spilling().memory().claimedBytes()).as("claims left behind").isZero();
    assertThat(engine.spilling().space().usedBytes()).as("disk in use").isZero();
  }

  /** An operation over pairs of which a third have the same key. */
  record Operation(String name, Function<PairRDD<String, Integer>, List<?>> body) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Operation> operations() {
    return List.of(
        new Operation("partitionBy", p -> p.partitionBy(new HashPartitioner(5)).collect()),
        new Operation("repartition", p -> p.repartition(7).collect()),
        new Operation("groupByKey", p -> p.groupByKey(3).collect()),
        new Operation("reduceByKey", p -> p.reduceByKey(Integer::sum, 3).collect()),
        new Operation(
            "reduceByKey of objects",
            p -> p.mapValues(String::valueOf).reduceByKey((a, b) -> a + "," + b, 3).collect()),
        new Operation("aggregateByKey", SpillingTest::aggregated),
        new Operation("sortByKey", p -> p.sortByKey().collect()),
        new Operation(
            "sortByKey after reduceByKey", p -> p.reduceByKey(Integer::sum).sortByKey().collect()),
        new Operation("cogroup", p -> p.cogroup(p.mapValues(x -> -x), 3).collect()),
        new Operation(
            "join",
            p -> p.filter(x -> x._2() % 50 == 0).join(p.filter(x -> x._2() % 9 == 0)).collect()),
        new Operation("distinct", p -> p.keys().distinct(4).collect()),
        new Operation(
            "local combine",
            p -> {
              HashPartitioner three = new HashPartitioner(3);
              return p.partitionBy(three).reduceByKey(three, Integer::sum).collect();
            }),
        new Operation(
            "local group",
            p -> {
              HashPartitioner three = new HashPartitioner(3);
              return p.partitionBy(three).groupByKey(three).collect();
            }));
  }

  private static List<?> aggregated(PairRDD<String, Integer> pairs) {
    return pairs
        .aggregateByKey(
            (List<Integer>) new ArrayList<Integer>(),
            3,
            (list, x) -> {
              list.add(x);
              return list;
            },
            (a, b) -> {
              a.addAll(b);
              return a;
            })
        .collect();
  }

  private static PairRDD<String, Integer> pairs(RDDContext context, long seed, int count) {
    Random random = new Random(seed);
    List<Tuple2<String, Integer>> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = random.nextInt(3) == 0 ? "hot" : "key " + random.nextInt(3_000);
      pairs.add(new Tuple2<>(random.nextInt(100) == 0 ? null : key, i));
    }
    return context.parallelizePairs(pairs, 4);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void anOperationThatSpills_givesTheSameRecordsInTheSameOrder(Operation operation) {
    long seed = new Random().nextLong();
    SpillFilesInMemory noFiles = new SpillFilesInMemory();
    try (EmbeddedEngine roomy = engine(noFiles, Long.MAX_VALUE, 0)) {
      boolean isSort = operation.name().startsWith("sort");
      PairRDD<String, Integer> there = pairs(RDDContext.on(roomy, new Conf()), seed, 10_000);
      PairRDD<String, Integer> here = pairs(context, seed, 10_000);

      List<?> expected = operation.body().apply(isSort ? there.filter(x -> x._1() != null) : there);
      List<?> actual = operation.body().apply(isSort ? here.filter(x -> x._1() != null) : here);

      assertThat(actual).as("seed %d", seed).isEqualTo(expected);
      assertThat(noFiles.created).hasValue(0);
    }
    assertThat(files.created).hasPositiveValue();
    assertThat(files.files).as("files after the job").isEmpty();
  }

  @Test
  void aSmallOperation_spillsNothing() {
    assertThat(pairs(context, 1, 50).groupByKey(3).count()).isPositive();
    assertThat(files.created).hasValue(0);
  }

  @Test
  void spilledRecordsReadTwiceInAJob_areTheSame() {
    PairRDD<String, Integer> sums = pairs(context, 2, 5_000).reduceByKey(Integer::sum, 2);

    assertThat(sums.join(sums).values().collect()).allMatch(both -> both._1().equals(both._2()));
    assertThat(files.created).hasPositiveValue();
  }

  @Test
  void aReaderThatStopsEarly_leavesNothingOpenOrBehind() {
    assertThat(pairs(context, 3, 5_000).groupByKey(2).take(3)).hasSize(3);
    assertThat(pairs(context, 3, 5_000).filter(x -> x._1() != null).sortByKey(true, 2).take(3))
        .hasSize(3);
    assertThat(files.files).isEmpty();
  }

  @Test
  void attemptsThatFail_leaveNothingBehindAndDoNotCount() {
    PairRDD<String, Integer> pairs = pairs(context, 4, 5_000);
    List<Tuple2<String, Integer>> sums = pairs.reduceByKey(Integer::sum, 3).collect();

    RDD<Tuple2<String, Integer>> failing =
        pairs
            .mapToPair(x -> failAtTheEndOfFirstAttempts(x, 4_000))
            .reduceByKey(Integer::sum, 3)
            .map(x -> failAtTheEndOfFirstAttempts(x, -1));

    assertThat(failing.collect()).isEqualTo(sums);
    assertThat(files.files).isEmpty();
  }

  private static Tuple2<String, Integer> failAtTheEndOfFirstAttempts(
      Tuple2<String, Integer> pair, int from) {
    if (pair._2() > from && pair._2() % 500 == 499 && TaskContext.get().attemptNumber() == 0) {
      throw new IllegalStateException("first attempt");
    }
    return pair;
  }

  @Test
  void aCancelledJob_leavesNothingBehind() {
    Cancellation cancellation = new Cancellation();
    RDD<Integer> endless =
        pairs(context, 5, 5_000)
            .groupByKey(2)
            .map(
                x -> {
                  CANCEL.get().run();
                  return 1;
                });
    CANCEL.set(cancellation::cancel);

    assertThatThrownBy(
            () ->
                engine.run(Job.over(endless.plan(), new Terminal.Count<>(), "count", cancellation)))
        .isInstanceOf(JobCancelledException.class);
    assertThat(files.files).isEmpty();
  }

  @Test
  void aFullDisk_failsTheJobWithTheDirectoryAndTheSetting() {
    files.capacity = 5_000;

    assertThatThrownBy(() -> pairs(context, 6, 5_000).groupByKey(2).count())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("/test/spill")
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("millrace.local.dir");
  }

  @Test
  void theBoundOnTheDisk_failsTheJobByItsSetting() {
    SpillFilesInMemory few = new SpillFilesInMemory();
    try (EmbeddedEngine bounded = engine(few, LITTLE, 5_000)) {
      RDDContext there = RDDContext.on(bounded, new Conf());
      assertThatThrownBy(() -> pairs(there, 7, 5_000).groupByKey(2).count())
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("more than 5000 bytes")
          .hasMessageContaining("millrace.local.maxBytes");
      assertThat(few.files).isEmpty();
    }
  }

  @Test
  void aDirectoryThatCannotBeWritten_failsTheJobByItsSetting() throws Exception {
    Path file = Files.createTempFile("not-a-directory", "");
    Conf conf =
        new Conf()
            .set("millrace.local.dir", file.toString())
            .set("millrace.memory.execution.maxBytes", Long.toString(LITTLE));
    try (Engine real = new EmbeddedEngineProvider().create("local[2,1]", conf)) {
      RDDContext there = RDDContext.on(real, conf);
      assertThatThrownBy(() -> pairs(there, 8, 5_000).groupByKey(2).count())
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("millrace.local.dir");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aKeyWithManyValues_isGroupedWhole() {
    PairRDD<String, Integer> one =
        context
            .parallelize(IntStream.range(0, 20_000).boxed().toList(), 4)
            .mapToPair(x -> new Tuple2<>(x < 19_990 ? "one" : "other", x));

    Map<String, Iterable<Integer>> groups = one.groupByKey(2).collectAsMap();

    assertThat(groups.get("one")).hasSize(19_990).startsWith(0, 1, 2).endsWith(19_988, 19_989);
    assertThat(files.created).hasPositiveValue();
  }

  @Test
  void sorting_mergesMoreRunsThanCanBeOpenAtOnce() {
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, 60_000).boxed().toList());
    Collections.shuffle(shuffled, new Random(9));

    List<Integer> sorted =
        context
            .parallelize(shuffled, 2)
            .mapToPair(x -> new Tuple2<>(x / 2, x))
            .sortByKey(true, 1)
            .values()
            .collect();

    List<Integer> expected = new ArrayList<>(shuffled);
    expected.sort(Comparator.comparing(x -> x / 2));
    assertThat(sorted).isEqualTo(expected);
  }
}
