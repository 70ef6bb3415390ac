package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccumulatorTest {

  private final RDDContext context = new RDDContext("local[2,2]", "test");

  @AfterEach
  void close() {
    context.close();
  }

  @Test
  void longAccumulator_sumsWhatTasksAndTheDriverAdd() {
    LongAccumulator sum = context.longAccumulator("sum");
    assertThat(sum.isZero()).isTrue();
    assertThat(sum.avg()).isNaN();

    sum.add(100);
    numbers(4).foreach(x -> sum.add(x));

    assertThat(sum.value()).isEqualTo(145);
    assertThat(sum.count()).isEqualTo(11);
    assertThat(sum.avg()).isEqualTo(145 / 11.0);
    assertThat(sum.name()).contains("sum");
    assertThat(sum).hasToString("LongAccumulator(id: " + sum.id() + ", name: sum, value: 145)");
    sum.reset();
    assertThat(sum.isZero()).isTrue();
  }

  @Test
  void doubleAccumulator_sumsNumbers() {
    DoubleAccumulator sum = context.doubleAccumulator();

    numbers(3).foreach(x -> sum.add(x / 2.0));

    assertThat(sum.value()).isEqualTo(22.5);
    assertThat(sum.count()).isEqualTo(10);
    assertThat(sum.name()).isEmpty();
    sum.reset();
    assertThat(sum.sum()).isZero();
  }

  @Test
  void collectionAccumulator_gathersElements() {
    CollectionAccumulator<Integer> odd = context.collectionAccumulator("odd");

    numbers(3)
        .foreach(
            x -> {
              if (x % 2 == 1) {
                odd.add(x);
              }
            });

    assertThat(odd.value()).containsExactlyInAnyOrder(1, 3, 5, 7, 9);
    odd.reset();
    odd.add(-1);
    assertThat(odd.value()).containsExactly(-1);
  }

  @Test
  void add_inAnAttemptThatFailsLeavesNoTrace() {
    LongAccumulator seen = context.longAccumulator();

    numbers(2)
        .foreach(
            x -> {
              seen.add(1);
              if (x == 7 && TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("first attempt");
              }
            });

    assertThat(seen.value()).isEqualTo(10);
  }

  @Test
  void add_inAJobThatFailsForGoodKeepsTheTasksThatSucceeded() {
    LongAccumulator seen = context.longAccumulator();

    assertThatThrownBy(
            () ->
                numbers(1)
                    .foreach(
                        x -> {
                          seen.add(1);
                          if (x == 7) {
                            throw new IllegalStateException("always");
                          }
                        }))
        .isInstanceOf(JobFailedException.class);

    assertThat(seen.value()).isZero();
  }

  @Test
  void add_inATransformationCountsAgainForEachJob() {
    LongAccumulator seen = context.longAccumulator();
    RDD<Integer> counted =
        numbers(2)
            .filter(
                x -> {
                  seen.add(1);
                  return true;
                });

    counted.count();
    counted.count();

    assertThat(seen.value()).isEqualTo(20);
  }

  @Test
  void value_ofABroadcastIsSharedByTasks() {
    Broadcast<List<String>> names = context.broadcast(List.of("zero", "one", "two"));

    assertThat(numbers(2).filter(x -> x < 3).map(x -> names.value().get(x)).collect())
        .containsExactly("zero", "one", "two");
    names.unpersist();
    assertThat(names.getValue()).hasSize(3);
  }

  @Test
  void value_ofADestroyedBroadcastIsRefusedByName() {
    Broadcast<String> gone = context.broadcast("x");
    gone.destroy();
    gone.destroy();

    assertThatThrownBy(gone::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(gone + " was used after it was destroyed");
  }

  private RDD<Integer> numbers(int partitions) {
    return context.parallelize(IntStream.range(0, 10).boxed().toList(), partitions);
  }
}
