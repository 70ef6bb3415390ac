package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.NotSerializableFunctionException;
import io.millrace.Tuple2;
import io.millrace.function.SerializableComparator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRangeTest {

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9})
  void filterByRange_includesBothEndsSortedOrNot(int partitions) {
    PairRDD<Integer, Integer> pairs = shuffled(1_000, partitions);
    List<Integer> expected = IntStream.rangeClosed(250, 400).boxed().toList();

    assertThat(pairs.filterByRange(250, 400).keys().collect())
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(pairs.sortByKey(true, 7).filterByRange(250, 400).keys().collect())
        .isEqualTo(expected);
    assertThat(pairs.sortByKey(false, 7).filterByRange(250, 400).keys().collect())
        .isEqualTo(expected.stream().sorted(Comparator.reverseOrder()).toList());
    assertThat(pairs.filterByRange(400, 250).collect()).isEmpty();
    assertThat(pairs.sortByKey().filterByRange(-5, -1).collect()).isEmpty();
  }

  @Test
  void filterByRange_computesOnlyPartitionsThatHaveKeysOfIt() {
    LongAccumulator computed = context.longAccumulator();
    PairRDD<Integer, Integer> sorted =
        shuffled(1_000, 4)
            .sortByKey(true, 10)
            .mapValues(
                x -> {
                  computed.add(1);
                  return x;
                });

    PairRDD<Integer, Integer> few = sorted.filterByRange(500, 505);

    assertThat(few.count()).isEqualTo(6);
    assertThat(computed.value()).isBetween(6L, 500L);
    assertThat(few.partitioner()).isEqualTo(sorted.partitioner());
    assertThat(few.lookup(503)).containsExactly(503);
  }

  @Test
  void filterByRange_byAnotherOrderThanThePartitionersReadsAll() {
    SerializableBackwards backwards = new SerializableBackwards();
    PairRDD<Integer, Integer> sorted = shuffled(100, 4).sortByKey(true, 5);

    assertThat(sorted.filterByRange(backwards, 20, 10).count()).isEqualTo(11);
    assertThat(shuffled(100, 4).sortByKey(backwards).filterByRange(backwards, 20, 10).count())
        .isEqualTo(11);
    assertThat(sorted.filterByRange((a, b) -> b - a, 20, 10).count()).isEqualTo(11);
    Comparator<Integer> plain = (a, b) -> a - b;
    assertThatThrownBy(() -> sorted.filterByRange(plain, 1, 2))
        .isInstanceOf(NotSerializableFunctionException.class);
  }

  private record SerializableBackwards() implements SerializableComparator<Integer> {
    @Override
    public int compare(Integer a, Integer b) {
      return b.compareTo(a);
    }
  }

  private PairRDD<Integer, Integer> shuffled(int count, int partitions) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(numbers, new Random(9));
    return context.parallelizePairs(
        numbers.stream().map(x -> new Tuple2<>(x, x)).toList(), partitions);
  }
}
