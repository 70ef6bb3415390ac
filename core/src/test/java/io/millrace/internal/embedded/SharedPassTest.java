package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.plan.UnionNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held for jobs to come, and that all of it is given back. */
@Timeout(30)
class SharedPassTest {

  private static final int NUM_RECORDS = 20_000;

  private final SpillFilesInMemory files = new SpillFilesInMemory();

  @AfterEach
  void nothingIsLeft() {
    assertThat(files.files).as("files left behind").isEmpty();
  }

  private EmbeddedEngine engine(long maxExecutionBytes, boolean abortsFirstAttempts) {
    EmbeddedEngine engine =
        new EmbeddedEngine(
            new EmbeddedEngine.Options(
                2, 2, Long.MAX_VALUE, maxExecutionBytes, Long.MAX_VALUE, true, abortsFirstAttempts),
            files,
            "test",
            System::nanoTime,
            Runnable::run);
    engine.start();
    return engine;
  }

  private static RDD<Integer> shared(EmbeddedEngine engine) {
    RDD<Integer> numbers =
        RDDContext.on(engine, new Conf())
            .parallelize(IntStream.range(0, NUM_RECORDS).boxed().toList(), 3);
    return numbers.context().rdd(new UnionNode<>("shared", List.of(numbers.plan())));
  }

  private static PairRDD<Integer, Integer> sums(RDD<Integer> numbers) {
    return numbers.mapToPair(x -> new Tuple2<>(x % 5_000, 1)).reduceByKey(Integer::sum, 2);
  }

  private static long claimed(EmbeddedEngine engine) {
    return engine.spilling().memory().claimedBytes();
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, Long.MAX_VALUE})
  void whatIsHeld_goesWhenItWasRead(long maxBytes) {
    try (EmbeddedEngine engine = engine(maxBytes, false)) {
      RDD<Integer> shared = shared(engine);
      PairRDD<Integer, Integer> sums = sums(shared);
      RDD<Integer> spread = shared.repartition(2);
      assertThat(engine.share(shared.plan(), List.of(sums.plan(), spread.plan()))).isTrue();

      assertThat(sums.values().collect()).hasSize(5_000).containsOnly(4);
      assertThat(claimed(engine) > 0 || !files.files.isEmpty()).as("held").isTrue();
      assertThat(spread.count()).isEqualTo(NUM_RECORDS);
      assertThat(claimed(engine)).isZero();
      assertThat(files.files).isEmpty();
      engine.drop(shared.plan());
      assertThat(engine.passes().isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, Long.MAX_VALUE})
  void whatIsHeld_goesWithTheNode(long maxBytes) {
    try (EmbeddedEngine engine = engine(maxBytes, false)) {
      RDD<Integer> shared = shared(engine);
      PairRDD<Integer, Integer> sums = sums(shared);
      RDD<Integer> spread = shared.repartition(2);
      engine.share(shared.plan(), List.of(sums.plan(), spread.plan()));

      assertThat(spread.count()).isEqualTo(NUM_RECORDS);
      engine.drop(shared.plan());
      assertThat(claimed(engine)).isZero();
      assertThat(files.files).isEmpty();
      assertThat(sums.values().collect()).hasSize(5_000).containsOnly(4);
      assertThat(claimed(engine)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, Long.MAX_VALUE})
  void attemptsThatAreThrownAway_leaveNothing(long maxBytes) {
    try (EmbeddedEngine engine = engine(maxBytes, true)) {
      RDD<Integer> shared = shared(engine);
      PairRDD<Integer, Integer> sums = sums(shared);
      RDD<Integer> spread = shared.repartition(2);
      engine.share(shared.plan(), List.of(sums.plan(), spread.plan()));

      assertThat(sums.values().collect()).hasSize(5_000).containsOnly(4);
      assertThat(spread.collect()).hasSize(NUM_RECORDS).doesNotHaveDuplicates();
      assertThat(claimed(engine)).isZero();
      assertThat(files.files).isEmpty();
      engine.drop(shared.plan());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, Long.MAX_VALUE})
  void aJobThatFails_leavesOnlyWhatIsWhole(long maxBytes) {
    try (EmbeddedEngine engine = engine(maxBytes, false)) {
      RDD<Integer> shared = shared(engine);
      PairRDD<Integer, Integer> failing =
          sums(
              shared.map(
                  x -> {
                    if (x == NUM_RECORDS - 1) {
                      throw new IllegalStateException("the last one");
                    }
                    return x;
                  }));
      RDD<Integer> spread = shared.repartition(2);
      engine.share(shared.plan(), List.of(failing.plan(), spread.plan()));

      assertThatThrownBy(failing::count)
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("the last one");
      assertThat(spread.collect()).hasSize(NUM_RECORDS).doesNotHaveDuplicates();
      engine.drop(shared.plan());
      assertThat(claimed(engine)).isZero();
      assertThat(files.files).isEmpty();
    }
  }

  @Test
  void closingTheEngine_givesBackWhatIsHeld() {
    EmbeddedEngine engine = engine(20_000, false);
    RDD<Integer> shared = shared(engine);
    PairRDD<Integer, Integer> sums = sums(shared);
    RDD<Integer> spread = shared.repartition(2);
    engine.share(shared.plan(), List.of(sums.plan(), spread.plan()));
    assertThat(sums.count()).isEqualTo(5_000);
    assertThat(files.files).isNotEmpty();
    engine.close();
    assertThat(claimed(engine)).isZero();
  }
}
