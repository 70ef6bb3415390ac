package io.millrace.spi;

import static io.millrace.spi.EngineProbe.CALLS;
import static io.millrace.spi.EngineProbe.EVENTS;
import static io.millrace.spi.EngineProbe.failingOnce;
import static io.millrace.spi.EngineProbe.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.spi.EngineProbe.Counted;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that several jobs read in one pass. */
interface EngineSharingContract extends EngineFixture {

  private <T> RDD<T> node(RDD<T> records) {
    return context().rdd(new UnionNode<>("shared", List.of(records.plan())));
  }

  private boolean share(RDD<?> shared, RDD<?>... targets) {
    List<PlanNode<?>> plans = new ArrayList<>();
    Stream.of(targets).forEach(target -> plans.add(target.plan()));
    return engine().share(shared.plan(), plans);
  }

  private void assumeShared(RDD<?> shared, RDD<?>... targets) {
    assumeThat(share(shared, targets)).isTrue();
  }

  private static RDD<Integer> sums(RDD<Integer> numbers) {
    return numbers.mapToPair(x -> pair(x % 3, x)).reduceByKey(Integer::sum, 2).values();
  }

  /** As streams count: the records, and a 0 in a partition of its own. */
  private RDD<Integer> counts(RDD<Integer> numbers) {
    return numbers
        .mapToPair(x -> pair("all", 1))
        .union(context().parallelizePairs(List.of(pair("all", 0)), 1))
        .reduceByKey(Integer::sum, 1)
        .values();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  default void aSharedNode_isComputedOnce(int numPartitions) {
    RDD<Integer> shared = node(numbers(2_000, numPartitions).map(new Counted(x -> x)));
    RDD<Integer> sums = sums(shared);
    RDD<Integer> counts = counts(shared);
    RDD<Integer> spread = shared.repartition(3);
    List<List<Integer>> alone = List.of(sums.collect(), counts.collect(), spread.collect());
    EVENTS.clear();
    assumeShared(shared, sums, counts, spread);

    assertThat(List.of(sums.collect(), counts.collect(), spread.collect())).isEqualTo(alone);
    assertThat(EVENTS).hasSize(2_000);

    assertThat(counts.collect()).as("once more").containsExactly(2_000);
    engine().drop(shared.plan());
    assertThat(sums.collect()).as("not shared any more").isEqualTo(alone.get(0));
  }

  @Test
  default void whatIsAboveASharedNode_isComputedOnce() {
    RDD<Integer> above =
        numbers(100, 3)
            .map(new Counted(x -> x))
            .mapToPair(x -> pair(x, x))
            .reduceByKey(Integer::sum, 2)
            .values();
    RDD<Integer> shared = node(above);
    RDD<Integer> sums = sums(shared);
    RDD<Integer> counts = counts(shared);
    assumeShared(shared, sums, counts);

    assertThat(counts.collect()).containsExactly(100);
    assertThat(sums.collect()).containsExactlyInAnyOrder(1_683, 1_617, 1_650);
    assertThat(EVENTS).hasSize(100);
    engine().drop(shared.plan());
  }

  @Test
  default void aJobThatReadsASharedNodeTwice_computesItOnce() {
    RDD<Integer> shared = node(numbers(10, 2).map(new Counted(x -> x)));
    PairRDD<Integer, Integer> pairs = shared.mapToPair(x -> pair(x, x));
    RDD<Integer> both = pairs.join(pairs, 3).keys();
    assumeShared(shared, both);

    assertThat(both.collect()).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(EVENTS).hasSize(10);
    engine().drop(shared.plan());
  }

  @Test
  default void aSharedNodeWithoutRecordsOrWithNulls_isReadByAll() {
    for (List<Integer> records : List.of(List.<Integer>of(), Arrays.asList(1, null, 3))) {
      RDD<Integer> shared = node(context().parallelize(records, 2));
      RDD<Integer> spread = shared.repartition(2);
      RDD<Integer> counts = counts(shared);
      assumeShared(shared, spread, counts);

      assertThat(spread.collect()).containsExactlyInAnyOrderElementsOf(records);
      assertThat(counts.collect()).containsExactly(records.size());
      engine().drop(shared.plan());
    }
  }

  @Test
  default void aNodeThatATargetReadsWithoutExchange_orTwice_isNotShared() {
    RDD<Integer> shared = node(numbers(10, 2));
    RDD<Integer> sums = sums(shared);

    assertThat(share(shared, sums, shared.map(x -> x))).isFalse();
    assertThat(share(shared, sums, sums)).isFalse();
    assertThat(share(shared, sums, sums.union(sums(shared.union(shared))))).isFalse();
    assertThat(share(shared, sums, sums(shared.mapPartitions(x -> x)))).isFalse();
    assertThat(sums.collect()).hasSize(3);
    engine().drop(shared.plan());
  }

  @Test
  default void aFailureOfOneTarget_isNotThatOfAnother() {
    RDD<Integer> shared = node(numbers(100, 2));
    RDD<Integer> sums = sums(shared);
    RDD<Integer> failing =
        counts(
            shared.map(
                x -> {
                  if (x == 40) {
                    throw new IllegalStateException("forty");
                  }
                  return x;
                }));
    share(shared, sums, failing);

    assertThat(sums.collect()).containsExactlyInAnyOrder(1_683, 1_617, 1_650);
    assertThatThrownBy(failing::collect)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("forty");
    engine().drop(shared.plan());

    RDD<Integer> again = counts(shared);
    share(shared, failing, again);
    assertThatThrownBy(failing::collect).isInstanceOf(JobFailedException.class);
    assertThat(again.collect()).containsExactly(100);
    engine().drop(shared.plan());
  }

  @Test
  default void aFailedAttempt_leavesNothingToOthers() {
    RDD<Integer> shared = node(failingOnce(numbers(100, 2)));
    RDD<Integer> sums = sums(shared);
    RDD<Integer> counts = counts(shared);
    share(shared, sums, counts);

    assertThat(sums.collect()).containsExactlyInAnyOrder(1_683, 1_617, 1_650);
    assertThat(counts.collect()).containsExactly(100);
    engine().drop(shared.plan());
  }

  @Test
  default void readersThatFailOnce_yieldTheSame() {
    RDD<Integer> shared = node(numbers(100, 2));
    RDD<Integer> sums = failingOnce(sums(shared));
    RDD<Integer> counts = failingOnce(counts(shared));
    share(shared, sums, counts);

    assertThat(sums.collect()).containsExactlyInAnyOrder(1_683, 1_617, 1_650);
    assertThat(counts.collect()).containsExactly(100);
    engine().drop(shared.plan());
  }

  @Test
  default void aCancelledJob_leavesNothingHalfToOthers() {
    Cancellation cancellation = new Cancellation();
    RDD<Integer> shared = node(numbers(5_000, 2));
    RDD<Integer> cancelled =
        sums(
            shared.map(
                x -> {
                  if (x == 1_000) {
                    CALLS.incrementAndGet();
                    cancellationOf(CALLS.get()).cancel();
                  }
                  return x;
                }));
    RDD<Integer> counts = counts(shared);
    share(shared, cancelled, counts);
    CANCELLATIONS.put(1, cancellation);

    assertThatThrownBy(
            () ->
                engine()
                    .run(
                        new Job<>(
                            cancelled.plan(),
                            List.of(0, 1),
                            new Terminal.Count<>(),
                            null,
                            "cancelled",
                            cancellation)))
        .isInstanceOf(JobCancelledException.class);
    assertThat(counts.collect()).containsExactly(5_000);
    engine().drop(shared.plan());
  }

  /** What functions of the test above cancel; they could not travel with it. */
  Map<Integer, Cancellation> CANCELLATIONS = new java.util.concurrent.ConcurrentHashMap<>();

  private static Cancellation cancellationOf(int call) {
    return CANCELLATIONS.getOrDefault(call, new Cancellation());
  }

  @Test
  default void accumulators_countWhatIsComputedForAnotherJobOnce() {
    LongAccumulator sum = context().longAccumulator();
    LongAccumulator count = context().longAccumulator();
    RDD<Integer> shared = node(numbers(100, 2));
    RDD<Integer> sums = sums(shared.map(new Adding(sum)));
    RDD<Integer> counts = counts(shared.map(new Adding(count)));
    share(shared, sums, counts);

    sums.collect();
    counts.collect();
    assertThat(sum.value()).isEqualTo(4_950);
    assertThat(count.value()).isEqualTo(4_950);
    engine().drop(shared.plan());
  }

  /** Adds each record to an accumulator. */
  record Adding(LongAccumulator accumulator)
      implements io.millrace.function.Function<Integer, Integer> {
    @Override
    public Integer call(Integer x) {
      accumulator.add(x);
      return x;
    }
  }

  @Test
  default void functions_seeThePartitionThatTheyWorkFor() {
    RDD<Integer> shared = node(numbers(4, 2));
    RDD<Integer> first = shared.repartition(1);
    RDD<Integer> second =
        context()
            .parallelize(List.of(9), 1)
            .union(shared)
            .map(x -> TaskContext.get().partitionId())
            .repartition(1);
    share(shared, first, second);

    assertThat(first.collect()).containsExactly(0, 1, 2, 3);
    assertThat(second.collect()).containsExactly(0, 1, 1, 2, 2);
    engine().drop(shared.plan());
  }

  @Test
  default void aFunctionThatChangesItsFirstArgument_leavesSharedRecordsToOthers() {
    RDD<List<Integer>> lists =
        node(numbers(6, 2).map(x -> (List<Integer>) new ArrayList<>(List.of(x))));
    PairRDD<String, List<Integer>> keyed = lists.mapToPair(x -> pair("k", x));
    RDD<List<Integer>> appended =
        keyed
            .reduceByKey(
                new HashPartitioner(1),
                (a, b) -> {
                  a.addAll(b);
                  return a;
                })
            .values();
    RDD<List<Integer>> plain = lists.repartition(1);
    share(lists, appended, plain);

    assertThat(appended.collect()).containsExactly(List.of(0, 1, 2, 3, 4, 5));
    assertThat(plain.collect())
        .containsExactly(List.of(0), List.of(1), List.of(2), List.of(3), List.of(4), List.of(5));
    engine().drop(lists.plan());
  }
}
