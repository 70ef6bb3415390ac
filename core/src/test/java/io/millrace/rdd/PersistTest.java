package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistTest {

  private final RDDContext context = new RDDContext("local[2]", "test");
  private final LongAccumulator computed = context.longAccumulator("computed");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void anRDD_isComputedByEachAction() {
    RDD<Integer> numbers = counted();

    numbers.count();
    numbers.count();

    assertThat(computed.value()).isEqualTo(20);
  }

  @Test
  void cache_keepsWhatTheFirstActionComputed() {
    RDD<Integer> numbers = counted();

    assertThat(numbers.cache()).isSameAs(numbers);
    assertThat(numbers.getStorageLevel()).isEqualTo(StorageLevel.MEMORY_ONLY);
    List<Integer> first = numbers.collect();
    assertThat(numbers.map(x -> x).collect()).isEqualTo(first);
    assertThat(numbers.groupBy(x -> x % 2).count()).isEqualTo(2);

    assertThat(computed.value()).isEqualTo(10);
  }

  @Test
  void cache_keepsThePartitionsThatWereComputedInFull() {
    RDD<Integer> numbers = counted().cache();

    assertThat(numbers.take(1)).containsExactly(0);
    assertThat(numbers.collect()).hasSize(10);
    assertThat(numbers.collect()).hasSize(10);

    assertThat(computed.value()).isLessThanOrEqualTo(12);
  }

  @Test
  void unpersist_computesAgain() {
    RDD<Integer> numbers = counted().persist(StorageLevel.MEMORY_ONLY);
    numbers.count();

    numbers.unpersist();
    numbers.count();

    assertThat(computed.value()).isEqualTo(20);
    assertThat(numbers.getStorageLevel()).isEqualTo(StorageLevel.NONE);
    assertThat(numbers.persist(StorageLevel.MEMORY_AND_DISK).getStorageLevel())
        .isEqualTo(StorageLevel.MEMORY_AND_DISK);
  }

  @Test
  void persist_refusesToChangeTheLevel() {
    RDD<Integer> numbers = counted().cache();

    assertThat(numbers.persist(StorageLevel.MEMORY_ONLY)).isSameAs(numbers);
    assertThatThrownBy(() -> numbers.persist(StorageLevel.MEMORY_AND_DISK))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("unpersist");
    assertThatThrownBy(() -> numbers.persist(StorageLevel.NONE))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(counted().persist(StorageLevel.NONE).getStorageLevel()).isEqualTo(StorageLevel.NONE);
  }

  @Test
  void persist_refusesMemoryOffTheHeap() {
    assertThatThrownBy(() -> counted().persist(StorageLevel.OFF_HEAP))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("MEMORY_AND_DISK_SER");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MEMORY_ONLY_SER",
        "MEMORY_AND_DISK",
        "MEMORY_AND_DISK_SER",
        "MEMORY_AND_DISK_SER_2",
        "DISK_ONLY",
        "DISK_ONLY_3"
      })
  void persist_keepsAtEachLevel(String level) {
    RDD<Integer> numbers = counted().persist(StorageLevel.fromString(level));

    List<Integer> first = numbers.collect();

    assertThat(numbers.collect()).isEqualTo(first).hasSize(10);
    assertThat(computed.value()).isEqualTo(10);
  }

  private RDD<Integer> counted() {
    LongAccumulator computed = this.computed;
    return context
        .parallelize(IntStream.range(0, 10).boxed().toList(), 5)
        .map(
            x -> {
              computed.add(1);
              return x;
            });
  }
}
