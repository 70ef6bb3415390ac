package io.millrace.spi;

import static io.millrace.spi.EngineProbe.EVENTS;
import static io.millrace.spi.EngineProbe.failingOnce;
import static io.millrace.spi.EngineProbe.lists;
import static io.millrace.spi.EngineProbe.pair;
import static io.millrace.spi.EngineProbe.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.spi.EngineProbe.Counted;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Deferred;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.ZipNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that several others read, and what is kept of them. */
interface EngineReuseContract extends EngineFixture {

  @Test
  default void aNodeUsedTwice_yieldsTheSameRecordsOnBothSides() {
    PairRDD<Integer, Integer> sums =
        numbers(20, 4).mapToPair(x -> pair(x % 3, x)).reduceByKey(Integer::sum, 2);

    assertThat(sums.join(sums).values().collect()).allMatch(both -> both._1().equals(both._2()));
    assertThat(sums.union(sums).values().map(x -> (long) x).reduce(Long::sum)).isEqualTo(380);
    assertThat(sums.keys().intersection(sums.keys()).collect()).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  default void mutableAccumulatorsReadTwiceInAJob_areMergedOnce() {
    PairRDD<Integer, List<Integer>> lists = lists(numbers(40, 4), 2);

    lists
        .join(lists)
        .collect()
        .forEach(
            joined -> {
              assertThat(joined._2()._1()).hasSize(10);
              assertThat(joined._2()._2()).hasSize(10);
            });
    assertThat(lists.union(lists).values().map(List::size).collect()).hasSize(8).containsOnly(10);
    assertThat(
            context()
                .union(lists.values(), lists.values(), lists.values())
                .map(List::size)
                .collect())
        .hasSize(12)
        .containsOnly(10);
  }

  @Test
  default void aKeptDataset_isComputedOnceAndBySeveralReadersOfOneJob() {
    RDD<Integer> kept = numbers(10, 2).map(new Counted(x -> x)).cache();
    PairRDD<Integer, Integer> keyed = kept.mapToPair(x -> pair(x, x));

    assertThat(keyed.join(keyed).count()).isEqualTo(10);
    assertThat(kept.collect()).hasSize(10);

    assertThat(EVENTS).hasSize(10);
    assertThat(engine().numPartitionsKept(kept.plan())).isEqualTo(2);
  }

  @Test
  default void aDatasetOfWhichSomePartitionsAreKept_isReadFromBoth() {
    RDD<Integer> kept =
        numbers(20, 4).mapToPair(x -> pair(x % 8, x)).reduceByKey(Integer::sum, 4).values().cache();
    Job<Integer, Long> first =
        new Job<>(
            kept.plan(), List.of(1), new Terminal.Count<>(), null, "some", new Cancellation());
    engine().run(first);
    assertThat(engine().numPartitionsKept(kept.plan())).isEqualTo(1);

    assertThat(kept.collect()).hasSize(8);
    assertThat(kept.map(x -> (long) x).reduce(Long::sum)).isEqualTo(190);
    assertThat(engine().numPartitionsKept(kept.plan())).isEqualTo(4);
  }

  @Test
  default void aDatasetUnpersistedWhileAJobReadsIt_isReadToTheEnd() {
    PairRDD<Integer, Integer> kept =
        numbers(20, 4).mapToPair(x -> pair(x % 8, x)).reduceByKey(Integer::sum, 4);
    kept.cache();
    kept.count();
    Deferred<long[]> unpersists =
        new Deferred<>(
            () -> {
              kept.unpersist();
              return new long[4];
            });

    // Resolved before or after the kept node is seen: either way the job must end well.
    for (boolean before : new boolean[] {true, false}) {
      PlanNode<Object> plain =
          new PipeNode<>("plain", kept.plan(), new Operator.Map((Function<Object, Object>) x -> x));
      PlanNode<Object> indexed =
          new PipeNode<>("index", source(4), new Operator.ZipWithIndex(unpersists));
      ZipNode<Object> both =
          new ZipNode<>(
              "both",
              before ? List.of(indexed, plain) : List.of(plain, indexed),
              parts -> {
                List<Object> all = new ArrayList<>();
                parts.forEach(part -> part.forEachRemaining(all::add));
                return all.iterator();
              });
      assertThat(context().rdd(both).count()).isEqualTo(16);
    }
    assertThat(engine().numPartitionsKept(kept.plan())).isZero();
  }

  @Test
  default void aFunctionThatChangesItsFirstArgument_leavesKeptRecordsAlone() {
    RDD<List<Integer>> kept =
        numbers(6, 2).map(x -> (List<Integer>) new ArrayList<>(List.of(x))).cache();
    List<List<Integer>> before = List.of(List.of(0), List.of(1), List.of(2));
    assertThat(kept.take(3)).isEqualTo(before);
    kept.count();
    Function2<List<Integer>, List<Integer>, List<Integer>> appending =
        (a, b) -> {
          a.addAll(b);
          return a;
        };

    assertThat(kept.reduce(appending)).hasSize(6);
    assertThat(kept.mapToPair(x -> pair("k", x)).reduceByKey(appending, 2).values().first())
        .hasSize(6);
    PairRDD<String, List<Integer>> placed =
        kept.mapToPair(x -> pair("k", x)).partitionBy(new HashPartitioner(2));
    assertThat(placed.reduceByKey(new HashPartitioner(2), appending).values().first()).hasSize(6);

    assertThat(kept.take(3)).isEqualTo(before);
  }

  @Test
  default void pinnedRecords_areReadAnyNumberOfTimesUntilTheyAreDropped() {
    BlockSetNode<String> pinned =
        engine()
            .pin("state", List.of(List.of("a", "b"), List.of(), Arrays.asList("c", null)), null);

    assertThat(context().rdd(pinned).collect()).containsExactly("a", "b", "c", null);
    assertThat(context().rdd(pinned).filter(x -> x != null).count()).isEqualTo(3);
    assertThat(engine().numPartitionsKept(pinned)).isEqualTo(3);

    engine().drop(pinned);
    assertThat(engine().numPartitionsKept(pinned)).isZero();
    assertThatThrownBy(() -> context().rdd(pinned).count())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("state")
        .hasMessageContaining("can't be computed again");
  }

  @Test
  default void aFailedAttempt_keepsNothingHalf() {
    RDD<Integer> kept = numbers(20, 2).cache();

    assertThat(failingOnce(kept).collect()).hasSize(20);
    assertThat(kept.collect()).isEqualTo(IntStream.range(0, 20).boxed().toList());
  }

  @Test
  default void aMarkedNodeUnderALocalCombine_isKept() {
    HashPartitioner two = new HashPartitioner(2);
    PairRDD<Integer, Integer> placed =
        numbers(12, 3).mapToPair(x -> pair(x % 3, x)).partitionBy(two);
    placed.cache();

    assertThat(placed.reduceByKey(two, Integer::sum).collectAsMap())
        .isEqualTo(Map.of(0, 18, 1, 22, 2, 26));
    assertThat(engine().numPartitionsKept(placed.plan())).isEqualTo(2);
  }
}
