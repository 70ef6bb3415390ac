package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Tuple2;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Values that operations are given beside functions, or make of a dataset's records, may be what
 * records may be: Java records that are not serializable, and optionals of such.
 */
@Timeout(60)
class RecordArgumentsTest {

  record Shop(String name) implements Comparable<Shop> {
    @Override
    public int compareTo(Shop other) {
      return name.compareTo(other.name);
    }
  }

  record Total(int cents, Optional<Shop> last) {
    Total plus(int more) {
      return new Total(cents + more, last);
    }

    Total plus(Total other) {
      return new Total(cents + other.cents, other.last);
    }
  }

  private static final Shop A = new Shop("a");
  private static final Shop B = new Shop("b");
  private static final Shop C = new Shop("c");
  private static final Total NONE = new Total(0, Optional.of(A));

  private static PairRDD<Shop, Integer> sales(RDDContext context) {
    return context.parallelizePairs(
        List.of(new Tuple2<>(C, 3), new Tuple2<>(A, 1), new Tuple2<>(B, 2), new Tuple2<>(A, 10)),
        2);
  }

  @Test
  void keys_ofLookupAndOfRanges() {
    try (RDDContext context = new RDDContext("local[2]", "keys")) {
      PairRDD<Shop, Integer> sales = sales(context);
      assertThat(sales.lookup(A)).containsExactly(1, 10);
      assertThat(sales.partitionBy(new HashPartitioner(3)).lookup(B)).containsExactly(2);
      assertThat(sales.filterByRange(B, C).values().collect()).containsExactly(3, 2);
      assertThat(sales.sortByKey().filterByRange(B, C).values().collect()).containsExactly(2, 3);
    }
  }

  @Test
  void bounds_ofRangePartitions() {
    try (RDDContext context = new RDDContext("local[2]", "bounds")) {
      PairRDD<Shop, Integer> sales = sales(context);
      assertThat(sales.sortByKey(true, 3).keys().collect()).containsExactly(A, A, B, C);
      assertThat(sales.keys().sortBy(shop -> shop, false, 3).collect()).containsExactly(C, B, A, A);
      RangePartitioner<Shop> ranges =
          new RangePartitioner<>(3, sales, true, Comparator.<Shop>naturalOrder());
      assertThat(sales.partitionBy(ranges).glom().collect())
          .extracting(part -> part.stream().map(Tuple2::_1).toList())
          .containsExactly(List.of(A, A), List.of(B), List.of(C));
      assertThat(sales.repartitionAndSortWithinPartitions(ranges).keys().collect())
          .containsExactly(A, A, B, C);
    }
  }

  @Test
  void zeroValues() {
    try (RDDContext context = new RDDContext("local[2]", "zero values")) {
      PairRDD<Shop, Integer> sales = sales(context);
      Total total = sales.values().aggregate(NONE, Total::plus, Total::plus);
      assertThat(total).isEqualTo(new Total(16, Optional.of(A)));
      assertThat(sales.values().treeAggregate(NONE, Total::plus, Total::plus)).isEqualTo(total);
      assertThat(sales.values().map(cents -> NONE.plus(cents)).fold(NONE, Total::plus))
          .isEqualTo(total);
      assertThat(sales.<Total>aggregateByKey(NONE, Total::plus, Total::plus).collectAsMap())
          .containsEntry(A, new Total(11, Optional.of(A)));
      assertThat(
              sales
                  .mapValues(cents -> new Total(cents, Optional.of(B)))
                  .foldByKey(NONE, Total::plus)
                  .lookup(A))
          .containsExactly(new Total(11, Optional.of(B)));
    }
  }

  @Test
  void fractions_ofKeys() {
    try (RDDContext context = new RDDContext("local[2]", "fractions")) {
      assertThat(
              sales(context).sampleByKey(false, Map.of(A, 1.0, B, 0.0, C, 1.0), 7).keys().collect())
          .containsExactly(C, A, A);
    }
  }

  @Test
  void results_andDatasetsOfRecords() {
    try (RDDContext context = new RDDContext("local[2]", "results")) {
      PairRDD<Shop, Integer> sales = sales(context);
      assertThat(sales.countByKey()).isEqualTo(Map.of(A, 2L, B, 1L, C, 1L));
      assertThat(sales.keys().countByValue()).isEqualTo(Map.of(A, 2L, B, 1L, C, 1L));
      assertThat(sales.keys().max(Comparator.naturalOrder())).isEqualTo(C);
      assertThat(sales.keys().takeOrdered(2)).containsExactly(A, A);
      assertThat(sales.keys().top(1)).containsExactly(C);
      assertThat(sales.keys().first()).isEqualTo(C);
      assertThat(sales.reduceByKeyLocally(Integer::sum)).containsEntry(A, 11);
      assertThat(
              sales
                  .subtractByKey(context.parallelizePairs(List.of(new Tuple2<>(A, 0))))
                  .keys()
                  .collect())
          .containsExactlyInAnyOrder(B, C);
      assertThat(sales.keys().intersection(context.parallelize(List.of(A, C))).collect())
          .containsExactlyInAnyOrder(A, C);
      assertThat(sales.keys().countApproxDistinct(0.05)).isEqualTo(3);
      assertThat(context.broadcast(NONE).value()).isEqualTo(NONE);
      assertThat(sales.keys().cartesian(context.parallelize(List.of(NONE))).count()).isEqualTo(4);
    }
  }
}
