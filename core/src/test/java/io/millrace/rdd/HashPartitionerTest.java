package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Tuple2;
import java.util.List;
import org.junit.jupiter.api.Test;

class HashPartitionerTest {

  @Test
  void partition_isTheFloorModOfTheHash_soNegativeHashesStayInRange() {
    HashPartitioner partitioner = new HashPartitioner(4);

    assertThat(List.of(0, 1, 5, -1, -4, Integer.MIN_VALUE))
        .extracting(partitioner::partition)
        .containsExactly(0, 1, 1, 3, 0, 0);
  }

  @Test
  void partition_putsNullIntoTheFirst() {
    assertThat(new HashPartitioner(7).partition(null)).isZero();
  }

  @Test
  void partition_isTheSameForEqualKeysOfDifferentIdentity() {
    HashPartitioner partitioner = new HashPartitioner(11);

    assertThat(partitioner.partition(new Tuple2<>(new String("a"), 1)))
        .isEqualTo(partitioner.partition(new Tuple2<>("a", 1)));
  }

  @Test
  void partition_refusesArraysAsKeys() {
    HashPartitioner partitioner = new HashPartitioner(2);

    assertThatThrownBy(() -> partitioner.partition(new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equals_comparesTheNumberOfPartitions() {
    assertThat(new HashPartitioner(3))
        .isEqualTo(new HashPartitioner(3))
        .hasSameHashCodeAs(new HashPartitioner(3))
        .isNotEqualTo(new HashPartitioner(4));
  }

  @Test
  void constructor_refusesLessThanOnePartition() {
    assertThatThrownBy(() -> new HashPartitioner(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numPartitions")
        .hasMessageContaining("0");
  }

  @Test
  void partition_namesTheKeyWhenASubclassAnswersOutOfRange() {
    Partitioner broken =
        new Partitioner() {
          @Override
          public int numPartitions() {
            return 2;
          }

          @Override
          public int getPartition(Object key) {
            return -1;
          }
        };

    assertThatThrownBy(() -> broken.partition("k"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("key k into partition -1 of 2");
  }
}
