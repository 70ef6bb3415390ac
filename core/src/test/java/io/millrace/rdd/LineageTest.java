package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineageTest {

  private final RDDContext context = new RDDContext("local[2]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void toDebugString_indentsWhereRecordsMove() {
    RDD<String> words = context.parallelize(List.of("a", "b", "a"), 3).setName("words");

    String lineage =
        words
            .filter(x -> true)
            .keyBy(x -> x)
            .groupByKey(2)
            .mapValues(x -> 1)
            .sortByKey(true, 12)
            .toDebugString();

    assertThat(withoutIds(lineage))
        .isEqualTo(
            """
            (12) sortByKey
             +-(2) mapValues
                |  groupByKey
                +-(3) keyBy
                   |  filter
                   |  parallelize 'words' of 3 elements of a list\
            """);
  }

  @Test
  void toDebugString_showsAllParents() {
    PairRDD<Integer, Integer> left = context.parallelize(List.of(1), 1).keyBy(x -> x);
    PairRDD<Integer, Integer> right = context.parallelize(List.of(1, 2), 2).keyBy(x -> x);

    assertThat(withoutIds(left.join(right, 2).keys().union(left.keys()).toDebugString()))
        .isEqualTo(
            """
            (3) union
             |  keys
             |  join
             |  join
             |  join
             +-(1) keyBy
             |  |  parallelize of 1 elements of a list
             |  join
             +-(2) keyBy
             |  |  parallelize of 2 elements of a list
             |  keys
             |  keyBy
             |  parallelize of 1 elements of a list\
            """);
  }

  @Test
  void toDebugString_showsWhatIsKept() {
    RDD<Integer> kept = context.parallelize(List.of(1, 2), 2).map(x -> x).cache();

    assertThat(kept.toDebugString()).contains("[Memory Deserialized 1x Replicated]");
    assertThat(kept.toDebugString()).doesNotContain("kept partitions");
    kept.count();
    assertThat(kept.filter(x -> true).toDebugString()).contains("kept partitions: 2");
  }

  @Test
  void toDebugString_ofASingleDatasetIsOneLine() {
    assertThat(withoutIds(context.emptyRDD().toDebugString()))
        .isEqualTo("(0) emptyRDD of 0 elements of a list");
  }

  private static String withoutIds(String lineage) {
    return lineage.replaceAll("\\[\\d+]", "");
  }
}
