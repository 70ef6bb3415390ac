package io.millrace.spi;

import static io.millrace.spi.EngineProbe.CALLS;
import static io.millrace.spi.EngineProbe.EVENTS;
import static io.millrace.spi.EngineProbe.failingOnce;
import static io.millrace.spi.EngineProbe.lists;
import static io.millrace.spi.EngineProbe.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.example.Division;
import io.millrace.Conf;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.function.Function;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.EngineProbe.Counted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes of tasks that fail. */
interface EngineFailureContract extends EngineFixture {

  @Test
  default void aTaskThatFailsOnce_yieldsTheSame() {
    assertThat(failingOnce(numbers(20, 4)).collect())
        .isEqualTo(IntStream.range(0, 20).boxed().toList());
    assertThat(
            failingOnce(numbers(20, 4))
                .mapToPair(x -> pair(x % 2, x))
                .reduceByKey(Integer::sum)
                .collectAsMap())
        .isEqualTo(Map.of(0, 90, 1, 100));
  }

  @Test
  default void aTaskThatFailsAfterMergingMutableValues_doesNotDoubleThem() {
    PairRDD<Integer, List<Integer>> lists = lists(numbers(40, 4), 2);

    RDD<Integer> sizes = failingOnce(lists.values().map(List::size));
    assertThat(sizes.collect()).containsExactly(10, 10, 10, 10);

    PairRDD<Integer, List<Integer>> again =
        lists(failingOnce(lists.values().flatMap(List::iterator)), 3);
    assertThat(failingOnce(again.values().map(List::size)).collect())
        .containsExactly(10, 10, 10, 10);
  }

  @Test
  default void aMergeThatFailsMidway_spoilsNoOtherTask() {
    PairRDD<Integer, List<Integer>> lists =
        numbers(40, 4)
            .mapToPair(x -> pair(x % 4, x))
            .aggregateByKey(
                (List<Integer>) new ArrayList<Integer>(),
                1,
                (list, x) -> {
                  list.add(x);
                  return list;
                },
                (a, b) -> {
                  a.addAll(b);
                  if (TaskContext.get().attemptNumber() == 0 && CALLS.incrementAndGet() == 5) {
                    throw new IllegalStateException("midway");
                  }
                  return a;
                });

    RDD<List<Integer>> values = lists.values();
    assertThat(context().union(values, values, values).map(List::size).collect())
        .hasSize(12)
        .containsOnly(10);
    assertThat(CALLS.get()).isGreaterThanOrEqualTo(5);
  }

  @Test
  default void aSortedExchange_isReadTwiceAndAfterAFailure() {
    PairRDD<Integer, Integer> sorted =
        numbers(30, 3).mapToPair(x -> pair(-x, x)).sortByKey(true, 2);

    List<Integer> keys = sorted.keys().collect();
    assertThat(keys).hasSize(30).isSorted();
    assertThat(context().union(sorted.keys(), sorted.keys()).collect())
        .isEqualTo(Stream.concat(keys.stream(), keys.stream()).toList());
    assertThat(failingOnce(sorted.values()).collect())
        .isEqualTo(IntStream.range(0, 30).boxed().sorted(Comparator.reverseOrder()).toList());
  }

  @Test
  default void accumulators_countEachTaskOnceThoughItsRecordsAreComputedAgain() {
    LongAccumulator before = context().longAccumulator("before the exchange");
    LongAccumulator after = context().longAccumulator("after the exchange");
    PairRDD<Integer, Integer> sums =
        numbers(20, 4)
            .mapToPair(
                x -> {
                  before.add(1);
                  return pair(x % 4, x);
                })
            .reduceByKey(Integer::sum, 2);

    failingOnce(
            sums.map(
                x -> {
                  after.add(1);
                  return x;
                }))
        .count();

    assertThat(before.value()).isEqualTo(20);
    assertThat(after.value()).isEqualTo(4);
  }

  @Test
  default void aTaskComputedAgainByAReader_knowsItsOwnPartition() {
    RDD<String> partitions =
        failingOnce(
            numbers(4, 4).map(x -> x + " in " + TaskContext.getPartitionId()).repartition(1));

    assertThat(partitions.collect()).containsExactly("0 in 0", "1 in 1", "2 in 2", "3 in 3");
  }

  @Test
  default void attemptLocals_reachTheirOwnerOncePerTask() {
    numbers(8, 4)
        .map(
            x -> {
              StringBuilder local = TaskContext.get().attemptLocal(Gatherer.OWNER);
              local.append(x);
              if (TaskContext.get().attemptNumber() < 2 && x % 2 == 1) {
                throw new IllegalStateException("not yet");
              }
              return x;
            })
        .count();

    assertThat(EVENTS).containsExactlyInAnyOrder("01", "23", "45", "67");
  }

  /** An enum, since an owner is the same one wherever it comes from. */
  enum Gatherer implements TaskContext.AttemptLocal<StringBuilder> {
    OWNER;

    @Override
    public StringBuilder begin() {
      return new StringBuilder();
    }

    @Override
    public void accept(StringBuilder value) {
      EVENTS.add("" + value);
    }
  }

  @Test
  default void aTaskThatKeepsFailing_failsTheJobAfterAllAttempts() {
    RDD<Integer> failing =
        numbers(10, 5).map(new Counted(new Division())).setName("percent").filter(x -> x > 0);

    Throwable failure = catchThrowable(failing::collect);

    assertThat(failure)
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("java.lang.ArithmeticException: / by zero")
        .hasMessageContaining("at com.example.Division.divide(Division.java:")
        .hasMessageContaining("parallelize[")
        .hasMessageContaining("'percent' -> filter[")
        .hasMessageContaining("partition 0 of 5")
        .hasMessageContaining("of collect")
        .hasMessageContaining("after 4 attempts")
        .hasCauseExactlyInstanceOf(ArithmeticException.class);
    assertThat(EVENTS.stream().filter(x -> x.equals(0))).hasSize(4);
  }

  @Test
  default void aFailureBeforeAnExchange_namesTheTaskThatWrites() {
    RDD<Integer> failing = numbers(10, 5).map(x -> 1 / (x - 9)).repartition(2);

    assertThatThrownBy(failing::count)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("map[")
        .hasMessageContaining("-> repartition[")
        .hasMessageContaining("partition 4 of 5")
        .hasMessageContaining("of count");
  }

  @Test
  default void aCheckedException_isTheCauseAlsoThroughIterators() {
    Function<Integer, Integer> failing =
        x -> {
          throw new IOException("no disk");
        };

    assertThatThrownBy(() -> numbers(2, 1).map(failing).collect())
        .isInstanceOf(JobFailedException.class)
        .hasCauseExactlyInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> numbers(2, 1).map(failing).mapPartitions(x -> x).mapPartitions(x -> x).collect())
        .hasMessageStartingWith("java.io.IOException: no disk")
        .hasCauseExactlyInstanceOf(IOException.class);
  }

  @Test
  default void oneAttempt_failsAtOnce() {
    try (Engine once = newEngine(1)) {
      RDD<Integer> failing =
          RDDContext.on(once, new Conf())
              .parallelize(List.of(0), 1)
              .map(new Counted(new Division()));

      assertThatThrownBy(failing::collect).hasMessageContaining("after 1 attempt");
      assertThat(EVENTS).hasSize(1);
    }
  }

  @Test
  default void aStackOverflow_isAFailureLikeOthers() {
    assertThatThrownBy(() -> numbers(1, 1).map(x -> endless(x)).collect())
        .isInstanceOf(JobFailedException.class)
        .hasCauseExactlyInstanceOf(StackOverflowError.class)
        .hasMessageContaining("after 4 attempts");
    assertThat(numbers(3, 1).count()).isEqualTo(3);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int endless(int x) {
    return endless(x + 1) + 1;
  }

  @Test
  default void theFirstTaskThatFailsForGood_endsOthersThatWouldWait() {
    RDD<Integer> waiting =
        numbers(2, 2)
            .map(
                x -> {
                  if (x == 0) {
                    EngineProbe.enterAndWait();
                  }
                  throw new IllegalStateException("failed for good");
                });

    // With one task at a time the first waits alone; then there is nothing to end.
    if (engine().defaultParallelism() > 1) {
      RDD<Integer> slowStart = waiting.coalesce(2);
      assertThatThrownBy(() -> offered(slowStart).count())
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("failed for good");
      assertThat(Thread.interrupted()).isFalse();
    }
  }

  /** The same with two partitions before it, which take long enough for others to join. */
  private RDD<Integer> offered(RDD<Integer> records) {
    return context()
        .union(
            numbers(1, 1)
                .map(
                    x -> {
                      long end = System.nanoTime() + 1_000_000;
                      while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                      }
                      return x;
                    }),
            records);
  }
}
