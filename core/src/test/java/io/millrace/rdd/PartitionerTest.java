package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionerTest {

  private final RDDContext context = new RDDContext("local[2]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void defaultPartitioner_hasAsManyPartitionsAsTheLargestDataset() {
    assertThat(Partitioner.defaultPartitioner(pairs(3), pairs(5), pairs(2)))
        .isEqualTo(new HashPartitioner(5));
    assertThat(Partitioner.defaultPartitioner(context.emptyRDD()))
        .isEqualTo(new HashPartitioner(1));
  }

  @Test
  void defaultPartitioner_followsTheConfiguredParallelism() {
    Conf conf = new Conf().setMaster("local").set("millrace.default.parallelism", "4");
    try (RDDContext four = new RDDContext(conf)) {
      PairRDD<Integer, Integer> pairs = four.parallelize(List.of(1), 9).keyBy(x -> x);

      assertThat(Partitioner.defaultPartitioner(pairs)).isEqualTo(new HashPartitioner(4));
      assertThat(four.defaultParallelism()).isEqualTo(4);
    }
  }

  @Test
  void defaultPartitioner_reusesTheLargestThatThereIs() {
    Partitioner three = new HashPartitioner(3);
    Partitioner four = new HashPartitioner(4);

    assertThat(
            Partitioner.defaultPartitioner(
                pairs(5), pairs(1).partitionBy(three), pairs(1).partitionBy(four)))
        .isSameAs(four);
  }

  @Test
  void defaultPartitioner_reusesNoneThatIsTenTimesTooCoarse() {
    Partitioner two = new HashPartitioner(2);

    assertThat(Partitioner.defaultPartitioner(pairs(19), pairs(1).partitionBy(two))).isSameAs(two);
    assertThat(Partitioner.defaultPartitioner(pairs(20), pairs(1).partitionBy(two)))
        .isEqualTo(new HashPartitioner(20));
  }

  @Test
  void byKeyOperations_useTheDefault() {
    PairRDD<Integer, Integer> placed = pairs(2).partitionBy(new HashPartitioner(3));

    assertThat(pairs(4).groupByKey().partitioner()).contains(new HashPartitioner(4));
    assertThat(pairs(4).join(placed).partitioner()).contains(new HashPartitioner(3));
    assertThat(placed.reduceByKey(Integer::sum).partitioner()).contains(new HashPartitioner(3));
    assertThat(pairs(4).partitioner()).isEmpty();
  }

  private PairRDD<Integer, Integer> pairs(int partitions) {
    return context.parallelize(List.of(1, 2, 3), partitions).keyBy(x -> x);
  }
}
