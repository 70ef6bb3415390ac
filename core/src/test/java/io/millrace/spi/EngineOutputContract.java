package io.millrace.spi;

import static io.millrace.spi.EngineProbe.CALLS;
import static io.millrace.spi.EngineProbe.lists;
import static io.millrace.spi.EngineProbe.pair;
import static io.millrace.spi.EngineProbe.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.function.Function2;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDLike;
import io.millrace.rdd.RangePartitioner;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.Deferred;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which records come out, and in which order. */
interface EngineOutputContract extends EngineFixture {

  @Test
  default void records_comeInOrderOfPartitionsAndWithinThem() {
    assertThat(numbers(100, 7).map(x -> x * 2).filter(x -> x % 3 == 0).collect())
        .isEqualTo(
            IntStream.range(0, 100).map(x -> x * 2).filter(x -> x % 3 == 0).boxed().toList());
  }

  @Test
  default void morePartitionsThanRecords_leaveSomeEmpty() {
    PairRDD<Integer, Integer> sums =
        numbers(3, 8).mapToPair(x -> new Tuple2<>(x % 2, x)).reduceByKey(Integer::sum, 11);

    assertThat(sums.getNumPartitions()).isEqualTo(11);
    assertThat(sums.collect()).containsExactly(pair(0, 2), pair(1, 1));
  }

  @Test
  default void anExchangeOfNoPartitions_yieldsEmptyPartitions() {
    RDD<Integer> none = context().emptyRDD();

    assertThat(none.repartition(3).glom().collect()).isEqualTo(Collections.nCopies(3, List.of()));
    assertThat(none.mapToPair(x -> pair(x, x)).reduceByKey(Integer::sum, 2).count()).isZero();
    assertThat(none.mapToPair(x -> pair(x, x)).groupByKey(2).collect()).isEmpty();
    assertThat(none.mapToPair(x -> pair(x, x)).sortByKey().collect()).isEmpty();
    assertThat(none.count()).isZero();
  }

  @Test
  default void repartition_dealsRecordsEvenlyHoweverUnequalPartitionsAre() {
    Random random = new Random(20261201);
    for (int round = 0; round < 12; round++) {
      int from = 1 + random.nextInt(9);
      int into = 1 + random.nextInt(14);
      int kept = random.nextInt(60);
      RDD<Integer> unequal =
          numbers(200, from).filter(x -> x % 7 == 0 || x < kept).filter(x -> x % 50 > 3);
      List<Integer> records = unequal.collect();

      RDD<Integer> dealt = unequal.repartition(into);

      for (int target = 0; target < into; target++) {
        int remainder = target;
        assertThat(dealt.glom().collect().get(target))
            .as("partition %d of %d, from %d", target, into, from)
            .isEqualTo(
                IntStream.range(0, records.size())
                    .filter(i -> i % into == remainder)
                    .mapToObj(records::get)
                    .toList());
      }
    }
  }

  @Test
  default void aRangePartitionerInAFunction_bringsItsBounds() {
    PairRDD<Integer, Integer> pairs = numbers(100, 4).mapToPair(x -> pair(x, x));
    RangePartitioner<Integer> ranges =
        new RangePartitioner<>(4, pairs, true, Comparator.naturalOrder());

    List<Integer> used = numbers(100, 3).map(x -> ranges.getPartition(x)).distinct().collect();

    assertThat(used).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  default void aUnionWithADatasetWithoutPartitions_keepsThePartitioner() {
    PairRDD<Integer, Integer> sums =
        numbers(20, 4).mapToPair(x -> pair(x % 5, x)).reduceByKey(Integer::sum, 3);
    PairRDD<Integer, Integer> none = context().<Integer>emptyRDD().mapToPair(x -> pair(x, x));

    for (PairRDD<Integer, Integer> union :
        List.of(sums.union(none), none.union(sums), none.union(sums).union(none).union(sums))) {
      assertThat(union.partitioner()).isEqualTo(sums.partitioner());
      assertThat(union.getNumPartitions()).isEqualTo(3);
      assertThat(union.reduceByKey(Integer::min, 3).collectAsMap()).isEqualTo(sums.collectAsMap());
    }
    assertThat(none.union(none).partitioner()).isEmpty();
    assertThat(none.union(none).collect()).isEmpty();
  }

  @Test
  default void groups_keepTheOrderOfArrivalOverPartitions() {
    PairRDD<Integer, Iterable<Integer>> groups =
        numbers(1_000, 9).mapToPair(x -> pair(x % 10, x)).groupByKey(4);

    for (Tuple2<Integer, Iterable<Integer>> group : groups.collect()) {
      assertThat(group._2())
          .containsExactlyElementsOf(
              IntStream.range(0, 1_000).filter(x -> x % 10 == group._1()).boxed().toList());
    }
  }

  @Test
  default void output_isTheSameWhateverTheTiming() {
    PairRDD<Integer, Integer> left = jittered(400, 8).mapToPair(x -> pair(x % 40, x));
    PairRDD<Integer, Integer> right = jittered(200, 5).mapToPair(x -> pair(x % 50, -x));
    PairRDD<Integer, Tuple2<Iterable<Integer>, Iterable<Integer>>> cogrouped =
        left.cogroup(right, 6);
    List<?> expected = null;
    for (int i = 0; i < 15; i++) {
      List<?> output =
          List.of(
              printed(cogrouped),
              printed(left.reduceByKey((a, b) -> a * 31 + b, 5)),
              printed(left.values().repartition(7)),
              printed(left.sortByKey()));
      expected = expected == null ? output : expected;
      assertThat(output).isEqualTo(expected);
    }
  }

  private static String printed(RDDLike<?, ?> rdd) {
    return rdd.glom().collect().toString();
  }

  /** Numbers whose computation takes now this long, now that. */
  private RDD<Integer> jittered(int count, int numSlices) {
    return numbers(count, numSlices)
        .map(
            x -> {
              long spins = (System.identityHashCode(new Object()) & 0x7F) * 10L;
              for (long i = 0; i < spins; i++) {
                Thread.onSpinWait();
              }
              return x;
            });
  }

  @Test
  default void cartesian_pairsPartitionsInOrder() {
    RDD<String> letters = context().parallelize(List.of("a", "b", "c"), 2);

    assertThat(numbers(3, 2).cartesian(letters).glom().collect())
        .containsExactly(
            List.of(pair(0, "a")),
            List.of(pair(0, "b"), pair(0, "c")),
            List.of(pair(1, "a"), pair(2, "a")),
            List.of(pair(1, "b"), pair(1, "c"), pair(2, "b"), pair(2, "c")));
  }

  @Test
  default void cartesian_readsAnExchangeOnItsRightOncePerLeftRecordWithTheSameResult() {
    PairRDD<Integer, List<Integer>> lists = lists(numbers(12, 3), 2);

    List<Tuple2<Integer, Tuple2<Integer, List<Integer>>>> pairs =
        numbers(3, 1).cartesian(lists).collect();

    assertThat(pairs).hasSize(12);
    pairs.forEach(pair -> assertThat(pair._2()._2()).hasSize(3));
  }

  @Test
  default void zip_refusesPartitionsOfDifferentLength() {
    assertThatThrownBy(() -> numbers(3, 1).zip(numbers(4, 1)).collect())
        .isInstanceOf(JobFailedException.class);
    assertThat(
            numbers(3, 1)
                .zipPartitions(
                    numbers(5, 1),
                    (a, b) -> {
                      List<Integer> counts = new ArrayList<>(List.of(0, 0));
                      a.forEachRemaining(x -> counts.set(0, counts.get(0) + 1));
                      b.forEachRemaining(x -> counts.set(1, counts.get(1) + 1));
                      return counts.iterator();
                    })
                .collect())
        .containsExactly(3, 5);
  }

  @Test
  default void coalesce_joinsNeighboursInOrder() {
    assertThat(numbers(10, 5).coalesce(2).glom().collect())
        .containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7, 8, 9));
    assertThat(new CoalesceNode<>("coalesce", source(3), 8).numPartitions()).isEqualTo(3);
  }

  @Test
  default void cogroup_ofThreeYieldsTheValuesParentByParent() {
    PairRDD<String, Integer> first =
        context().parallelizePairs(List.of(pair("a", 1), pair("b", 2), pair("a", 3)), 2);
    PairRDD<String, Integer> second =
        context().parallelizePairs(List.of(pair("c", 4), pair("a", 5)), 2);
    PairRDD<String, Integer> third = context().parallelizePairs(List.of(pair("b", 6)), 2);

    Map<String, String> groups =
        first.cogroup(second, third, 2).collect().stream()
            .collect(Collectors.toMap(Tuple2::_1, group -> group._2().toString()));

    assertThat(groups)
        .isEqualTo(Map.of("a", "([1, 3],[5],[])", "b", "([2],[],[6])", "c", "([],[4],[])"));
  }

  @Test
  default void alignedUnions_combineWithoutMovingRecords() {
    HashPartitioner three = new HashPartitioner(3);
    PairRDD<Integer, Integer> first =
        numbers(9, 2).mapToPair(x -> pair(x % 4, x)).partitionBy(three);
    PairRDD<Integer, Integer> second =
        numbers(6, 4).mapToPair(x -> pair(x % 5, 100 + x)).partitionBy(three);
    PairRDD<Integer, Integer> union = first.union(second).union(first);

    assertThat(union.getNumPartitions()).isEqualTo(3);
    PairRDD<Integer, Integer> sums = union.reduceByKey(three, Integer::sum);
    assertThat(sums.plan().parents()).containsExactly(union.plan());
    assertThat(sums.collectAsMap())
        .isEqualTo(
            Map.of(0, 2 * 12 + 205, 1, 2 * 6 + 101, 2, 2 * 8 + 102, 3, 2 * 10 + 103, 4, 104));
  }

  @Test
  default void zipWithIndex_countsOverPartitionsWithOneJob() {
    RDD<Integer> counted =
        numbers(10, 3)
            .map(
                x -> {
                  CALLS.incrementAndGet();
                  return x;
                });
    PairRDD<Integer, Long> indexed = counted.zipWithIndex();

    for (int i = 0; i < 3; i++) {
      assertThat(indexed.collect()).hasSize(10).allMatch(pair -> pair._1() == pair._2().intValue());
    }
    // 6 records are before the last partition; they are counted once.
    assertThat(CALLS).hasValue(6 + 30);
  }

  @Test
  default void aDeferredValue_isResolvedOnceThoughTheNodeIsUsedTwice() {
    Deferred<long[]> first =
        new Deferred<>(
            () -> {
              CALLS.incrementAndGet();
              return new long[] {0, 10};
            });
    RDD<Object> indexed =
        context().rdd(new PipeNode<>("index", source(2), new Operator.ZipWithIndex(first)));

    assertThat(indexed.union(indexed).collect()).hasSize(8);
    assertThat(indexed.collect()).hasSize(4);
    assertThat(CALLS).hasValue(1);
  }

  @Test
  default void aCombinerWithoutMapSide_createsAndMergesOnTheFarSide() {
    Combiner texts =
        new Combiner.Aggregate(
            (Function<Integer, String>) x -> "" + x,
            (Function2<String, Integer, String>) (all, x) -> all + x,
            (Function2<String, String, String>)
                (a, b) -> {
                  throw new IllegalStateException("nothing to merge");
                },
            false);
    PlanNode<Tuple2<Integer, Integer>> pairs = numbers(6, 3).mapToPair(x -> pair(x % 2, x)).plan();
    PlanNode<Tuple2<Integer, String>> combined =
        new ExchangeNode<>(
            "texts",
            pairs,
            new Routing.ByKey(new HashPartitioner(2)),
            texts,
            Comparator.naturalOrder());

    assertThat(context().pairRDD(combined).collect())
        .containsExactly(pair(0, "024"), pair(1, "135"));
  }
}
