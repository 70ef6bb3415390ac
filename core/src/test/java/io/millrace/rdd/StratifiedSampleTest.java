package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StratifiedSampleTest {

  private static final int PER_KEY = 4_000;

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void withoutReplacement_takesTheShareOfEachKeyInOrder() {
    PairRDD<String, Integer> sample =
        pairs(5).sampleByKey(false, Map.of("a", 0.5, "b", 0.05, "c", 0.0, "d", 1.0), 3);

    Map<String, Long> counts = sample.countByKey();
    assertThat(counts.get("a")).isCloseTo(2_000L, within(150L));
    assertThat(counts.get("b")).isCloseTo(200L, within(70L));
    assertThat(counts).doesNotContainKey("c").containsEntry("d", (long) PER_KEY);
    assertThat(sample.values().collect()).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void withReplacement_takesPairsSeveralTimes() {
    Map<String, Long> counts =
        pairs(5).sampleByKey(true, Map.of("a", 2.5, "b", 40.0, "c", 0.0, "d", 0.1), 3).countByKey();

    assertThat(counts.get("a")).isCloseTo(10_000L, within(500L));
    assertThat(counts.get("b")).isCloseTo(160_000L, within(2_000L));
    assertThat(counts).doesNotContainKey("c");
    assertThat(counts.get("d")).isCloseTo(400L, within(100L));
  }

  @Test
  void theSeed_decidesTheSample() {
    Map<String, Double> tenth = Map.of("a", 0.1, "b", 0.1, "c", 0.1, "d", 0.1);
    PairRDD<String, Integer> pairs = pairs(4);

    List<Tuple2<String, Integer>> sample = pairs.sampleByKey(false, tenth, 8).collect();

    assertThat(pairs.sampleByKey(false, tenth, 8).collect()).isEqualTo(sample);
    assertThat(pairs.sampleByKey(false, tenth, 9).collect()).isNotEqualTo(sample);
    assertThat(pairs.sampleByKey(false, tenth).collect())
        .isNotEqualTo(pairs.sampleByKey(false, tenth).collect());
  }

  @Test
  void partitions_drawIndependently() {
    PairRDD<String, Integer> same =
        context.parallelizePairs(
            IntStream.range(0, 2_000).mapToObj(i -> new Tuple2<>("a", i % 1_000)).toList(), 2);

    List<List<Tuple2<String, Integer>>> sampled =
        same.sampleByKey(false, Map.of("a", 0.5), 1).glom().collect();

    long both = sampled.get(0).stream().filter(sampled.get(1)::contains).count();
    assertThat(both).isBetween(180L, 320L);
  }

  @Test
  void aNullKey_hasARateLikeOthers() {
    Map<String, Double> rates = new HashMap<>();
    rates.put(null, 1.0);
    PairRDD<String, Integer> pairs =
        context.parallelizePairs(List.of(new Tuple2<String, Integer>(null, 1)), 1);

    assertThat(pairs.sampleByKey(false, rates, 1).count()).isEqualTo(1);
  }

  @Test
  void aKeyWithoutARate_failsTheJobByName() {
    assertThatThrownBy(() -> pairs(2).sampleByKey(false, Map.of("a", 0.5), 1).count())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("no fraction for the key b");
    assertThatThrownBy(() -> pairs(2).sampleByKey(false, Map.of("a", 1.5), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("between 0 and 1, not 1.5");
    assertThatThrownBy(() -> pairs(2).sampleByKey(true, Map.of("a", -0.1), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theResult_keepsThePartitioner() {
    PairRDD<String, Integer> placed = pairs(2).partitionBy(new HashPartitioner(3));

    assertThat(placed.sampleByKey(false, Map.of("a", 0.5)).partitioner())
        .contains(new HashPartitioner(3));
  }

  private PairRDD<String, Integer> pairs(int partitions) {
    List<String> keys = List.of("a", "b", "c", "d");
    return context.parallelizePairs(
        IntStream.range(0, 4 * PER_KEY).mapToObj(i -> new Tuple2<>(keys.get(i % 4), i)).toList(),
        partitions);
  }
}
