package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.Tuple4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JoinTest {

  private final RDDContext context = new RDDContext("local[2]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "2,3,2", "5,1,4"})
  void join_pairsValuesOfEqualKeys(int left, int right, int result) {
    assertThat(prices(left).join(amounts(right), result).collect())
        .containsExactlyInAnyOrder(
            pair("tea", pair(3, "one")),
            pair("tea", pair(3, "two")),
            pair("tea", pair(4, "one")),
            pair("tea", pair(4, "two")));
  }

  @Test
  void join_hasTheLeftValuesInTheOuterLoop() {
    assertThat(prices(3).join(amounts(2), 1).values().collect())
        .containsExactly(pair(3, "one"), pair(3, "two"), pair(4, "one"), pair(4, "two"));
  }

  @Test
  void leftOuterJoin_keepsKeysThatTheOtherLacks() {
    assertThat(prices(2).leftOuterJoin(amounts(2), 1).collect())
        .containsExactly(
            pair("tea", pair(3, Optional.of("one"))),
            pair("tea", pair(3, Optional.of("two"))),
            pair("tea", pair(4, Optional.of("one"))),
            pair("tea", pair(4, Optional.of("two"))),
            pair("rum", pair(9, Optional.empty())));
  }

  @Test
  void rightOuterJoin_keepsKeysThatThisLacks() {
    assertThat(prices(2).rightOuterJoin(amounts(2)).collect())
        .hasSize(5)
        .contains(
            pair("tea", pair(Optional.of(4), "two")), pair("ale", pair(Optional.empty(), "six")));
  }

  @Test
  void fullOuterJoin_keepsAllKeys() {
    assertThat(prices(2).fullOuterJoin(amounts(2), new HashPartitioner(3)).collect())
        .hasSize(6)
        .contains(
            pair("tea", pair(Optional.of(4), Optional.of("two"))),
            pair("rum", pair(Optional.of(9), Optional.empty())),
            pair("ale", pair(Optional.empty(), Optional.of("six"))));
  }

  @Test
  void outerJoins_showANullValueAsMissing() {
    List<Tuple2<String, String>> list = new ArrayList<>();
    list.add(new Tuple2<>("tea", null));

    assertThat(prices(1).leftOuterJoin(context.parallelizePairs(list, 1)).lookup("tea"))
        .containsExactly(pair(3, Optional.empty()), pair(4, Optional.empty()));
  }

  @Test
  void join_ofEmptyDatasetsIsEmpty() {
    PairRDD<String, String> none = PairRDD.fromRDD(context.emptyRDD());

    assertThat(prices(2).join(none).collect()).isEmpty();
    assertThat(none.join(prices(2)).collect()).isEmpty();
    assertThat(none.fullOuterJoin(none).collect()).isEmpty();
    assertThat(prices(2).leftOuterJoin(none).count()).isEqualTo(3);
  }

  @Test
  void join_ofEquallyPlacedDatasetsMovesNothing() {
    Partitioner three = new HashPartitioner(3);
    PairRDD<String, Integer> left = prices(2).partitionBy(three);
    PairRDD<String, String> right = amounts(2).partitionBy(three);

    PairRDD<String, Tuple2<Integer, String>> joined = left.join(right);

    assertThat(joined.partitioner()).contains(three);
    assertThat(exchanges(joined)).isEqualTo(2);
    assertThat(exchanges(prices(2).join(right, three))).isEqualTo(2);
    assertThat(joined.count()).isEqualTo(4);
  }

  @Test
  void cogroup_hasTheValuesOfEachDataset() {
    PairRDD<String, Tuple2<Iterable<Integer>, Iterable<String>>> groups =
        prices(3).cogroup(amounts(2), 1);

    assertThat(groups.keys().collect()).containsExactly("tea", "rum", "ale");
    Tuple2<Iterable<Integer>, Iterable<String>> tea = groups.lookup("tea").get(0);
    assertThat(tea._1()).containsExactly(3, 4);
    assertThat(tea._2()).containsExactly("one", "two");
    assertThat(groups.lookup("ale").get(0)._1()).isEmpty();
  }

  @Test
  void cogroup_takesUpToFourDatasets() {
    PairRDD<String, Integer> prices = prices(2);
    PairRDD<String, String> amounts = amounts(2);
    PairRDD<String, Boolean> flags = context.parallelizePairs(List.of(pair("gin", true)), 1);

    Tuple3<Iterable<Integer>, Iterable<String>, Iterable<Boolean>> three =
        prices.cogroup(amounts, flags).lookup("gin").get(0);
    assertThat(three._1()).isEmpty();
    assertThat(three._3()).containsExactly(true);
    Tuple4<Iterable<Integer>, Iterable<String>, Iterable<Boolean>, Iterable<Integer>> four =
        prices.cogroup(amounts, flags, prices, 2).lookup("tea").get(0);
    assertThat(four._1()).containsExactly(3, 4);
    assertThat(four._2()).containsExactly("one", "two");
    assertThat(four._3()).isEmpty();
    assertThat(four._4()).containsExactly(3, 4);
  }

  @Test
  void subtractByKey_keepsPairsWhoseKeyTheOtherLacks() {
    PairRDD<String, Integer> rest = prices(2).subtractByKey(amounts(3));

    assertThat(rest.collect()).containsExactly(pair("rum", 9));
    assertThat(rest.partitioner()).contains(new HashPartitioner(2));
    assertThat(amounts(1).subtractByKey(prices(1), 4).collect())
        .containsExactly(pair("ale", "six"));
  }

  @Test
  void join_ofADatasetWithItself() {
    PairRDD<String, Integer> prices = prices(2);

    assertThat(prices.join(prices).count()).isEqualTo(5);
  }

  private PairRDD<String, Integer> prices(int partitions) {
    return context.parallelizePairs(
        List.of(pair("tea", 3), pair("rum", 9), pair("tea", 4)), partitions);
  }

  private PairRDD<String, String> amounts(int partitions) {
    return context.parallelizePairs(
        List.of(pair("ale", "six"), pair("tea", "one"), pair("tea", "two")), partitions);
  }

  private static long exchanges(PairRDD<?, ?> rdd) {
    return rdd.toDebugString().lines().filter(line -> line.contains("+-")).count();
  }

  private static <A, B> Tuple2<A, B> pair(A a, B b) {
    return new Tuple2<>(a, b);
  }
}
