package io.millrace.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.LongAccumulator;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that others stand in for, as after a checkpoint. */
interface EngineReplacementContract extends EngineFixture {

  @Test
  default void aReplacedNode_isNotComputedByWhatWasMadeOfItBefore() {
    LongAccumulator computed = context().longAccumulator();
    RDD<Integer> old =
        numbers(4, 2)
            .map(
                x -> {
                  computed.add(1);
                  return x;
                });
    RDD<Integer> mapped = old.map(x -> x * 10);
    RDD<Integer> union = old.union(numbers(1, 1));
    RDD<Integer> fewer = old.coalesce(1);
    RDD<Integer> dealt = old.repartition(2);
    PairRDD<Integer, Integer> zipped = old.zip(numbers(4, 2));
    PairRDD<Integer, Integer> left = old.cartesian(numbers(1, 1));
    PairRDD<Integer, Integer> right = numbers(1, 1).cartesian(old);
    PairRDD<Integer, Integer> joined =
        old.keyBy(x -> x).join(numbers(4, 2).keyBy(x -> x)).mapValues(Tuple2::_2);

    old.plan().replaceBy(list(List.of(5, 6, 7, 8), 2));

    assertThat(
            context()
                .engine()
                .run(Job.over(mapped.plan(), new Terminal.Count<>(), "count", new Cancellation())))
        .containsExactly(2L, 2L);
    assertThat(mapped.collect()).containsExactly(50, 60, 70, 80);
    assertThat(union.collect()).containsExactly(5, 6, 7, 8, 0);
    assertThat(fewer.collect()).containsExactly(5, 6, 7, 8);
    assertThat(dealt.collect()).containsExactlyInAnyOrder(5, 6, 7, 8);
    assertThat(zipped.keys().collect()).containsExactly(5, 6, 7, 8);
    assertThat(left.keys().collect()).containsExactly(5, 6, 7, 8);
    assertThat(right.values().collect()).containsExactly(5, 6, 7, 8);
    assertThat(joined.count()).isZero();
    assertThat(old.collect()).containsExactly(5, 6, 7, 8);
    assertThat(computed.value()).isZero();
  }

  @Test
  default void aJobOnAReplacedNode_runsOnWhatStandsIn() {
    PlanNode<Integer> old = list(List.of(1, 2), 1);
    PlanNode<Integer> next = list(List.of(3, 4), 1);
    old.replaceBy(next);
    next.replaceBy(list(List.of(5), 1));

    List<List<Integer>> records =
        context()
            .engine()
            .run(Job.over(old, new Terminal.Collect<>(), "collect", new Cancellation()));

    assertThat(records).containsExactly(List.of(5));
  }

  @Test
  default void aNodeWithOtherPartitions_doesNotStandIn() {
    PairRDD<Integer, Integer> placed =
        numbers(4, 2).keyBy(x -> x).partitionBy(new HashPartitioner(2));

    assertThatThrownBy(() -> list(List.of(1), 1).replaceBy(list(List.of(1), 2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> placed.plan().replaceBy(list(List.of(), 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't stand in");
  }

  private static <T> PlanNode<T> list(List<T> records, int numPartitions) {
    return new SourceNode<>("list", new ListSource<>(records, numPartitions));
  }
}
