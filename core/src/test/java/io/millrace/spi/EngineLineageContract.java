package io.millrace.spi;

import static io.millrace.spi.EngineProbe.failingOnce;
import static io.millrace.spi.EngineProbe.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.spi.plan.PlanNode;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lineages that are longer than a stack is deep. */
interface EngineLineageContract extends EngineFixture {

  @Test
  default void aLineageOfTenThousandMaps_isComputed() {
    RDD<Integer> mapped = numbers(4, 2);
    for (int i = 0; i < 10_000; i++) {
      mapped = mapped.map(x -> x + 1);
    }

    assertThat(mapped.collect()).containsExactly(10_000, 10_001, 10_002, 10_003);
    assertThat(mapped.first()).isEqualTo(10_000);
    assertThat(mapped.repartition(2).count()).isEqualTo(4);
  }

  @Test
  default void aUnionThatGrewMemberByMember_isComputed() {
    RDD<Integer> union = numbers(1, 1);
    for (int i = 1; i < 5_000; i++) {
      union = union.union(context().parallelize(List.of(i), 1)).map(x -> x);
    }

    assertThat(union.getNumPartitions()).isEqualTo(5_000);
    assertThat(union.coalesce(10).map(x -> (long) x).reduce(Long::sum)).isEqualTo(12_497_500);
  }

  @Test
  default void anAlignedUnionThatGrewMemberByMember_isComputed() {
    HashPartitioner two = new HashPartitioner(2);
    PairRDD<Integer, Integer> member =
        context().parallelizePairs(List.of(pair(1, 1), pair(2, 1)), 2).partitionBy(two);
    PlanNode<Tuple2<Integer, Integer>> once = member.plan();
    PairRDD<Integer, Integer> union = member;
    for (int i = 1; i < 1_000; i++) {
      union = union.union(context().pairRDD(once));
    }

    assertThat(union.reduceByKey(two, Integer::sum).collectAsMap())
        .isEqualTo(Map.of(1, 1_000, 2, 1_000));
  }

  @Test
  default void aChainOfExchanges_isComputed() {
    PairRDD<Integer, Integer> sums = numbers(10, 2).mapToPair(x -> pair(x, x));
    for (int i = 0; i < 50; i++) {
      sums = sums.mapToPair(x -> pair(x._1() + 1, x._2())).reduceByKey(Integer::sum, 2);
    }

    assertThat(failingOnce(sums.keys()).collect())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(50, 60).boxed().toList());
  }
}
