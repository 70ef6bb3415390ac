package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeMergeTest {

  private static final AtomicInteger JOINED_BY_CALLER = new AtomicInteger();

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @BeforeEach
  void reset() {
    JOINED_BY_CALLER.set(0);
  }

  @AfterEach
  void close() {
    context.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,2", "2,2", "7,1", "7,3", "40,1", "40,2", "40,3", "40,10", "100,2"})
  void treeReduce_joinsInOrder(int partitions, int depth) {
    RDD<String> letters = letters(64, partitions);

    assertThat(letters.treeReduce((a, b) -> a + b, depth)).isEqualTo(text(64));
    assertThat(letters.treeAggregate("", (a, b) -> a + b, (a, b) -> a + b, depth, true))
        .isEqualTo(text(64));
    assertThat(letters.treeReduce((a, b) -> a + b)).isEqualTo(text(64));
  }

  @Test
  void treeReduce_leavesFewResultsToTheCaller() {
    RDD<Integer> numbers = context.parallelize(IntStream.range(0, 1_000).boxed().toList(), 100);

    assertThat(numbers.treeReduce(TreeMergeTest::counted, 1)).isEqualTo(499_500);
    assertThat(JOINED_BY_CALLER.getAndSet(0)).isEqualTo(99);

    assertThat(numbers.treeReduce(TreeMergeTest::counted)).isEqualTo(499_500);
    assertThat(JOINED_BY_CALLER.getAndSet(0)).isEqualTo(9);

    assertThat(numbers.treeAggregate(0, Integer::sum, TreeMergeTest::counted, 2, true))
        .isEqualTo(499_500);
    assertThat(JOINED_BY_CALLER.get()).isZero();
  }

  @Test
  void treeReduce_passesOverEmptyPartitions() {
    assertThat(letters(3, 50).treeReduce((a, b) -> a + b)).isEqualTo("abc");
    assertThatThrownBy(() -> letters(0, 50).treeReduce((a, b) -> a + b))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("treeReduce of an empty dataset");
    assertThatThrownBy(() -> letters(3, 2).treeReduce((a, b) -> a + b, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth must be at least 1, not 0");
  }

  @Test
  void treeAggregate_givesEachPartitionItsOwnZero() {
    List<String> zero = new ArrayList<>();

    List<String> all =
        letters(40, 20)
            .treeAggregate(
                zero,
                (list, x) -> {
                  list.add(x);
                  return list;
                },
                (a, b) -> {
                  a.addAll(b);
                  return a;
                });

    assertThat(String.join("", all)).isEqualTo(text(40));
    assertThat(zero).isEmpty();
    assertThat(context.<Integer>emptyRDD().treeAggregate(7, Integer::sum, Integer::sum))
        .isEqualTo(7);
  }

  @Test
  void treeAggregate_addsNothingTwiceWhenTasksFailOnTheirWay() {
    context.close(); // a process may have one engine at a time
    try (RDDContext retrying = new RDDContext("local[2,3]", "retrying")) {
      List<Integer> numbers = IntStream.range(0, 500).boxed().toList();

      List<Integer> all =
          retrying
              .parallelize(numbers, 50)
              .treeAggregate(
                  new ArrayList<Integer>(),
                  (list, x) -> {
                    list.add(x);
                    failFirstAttempt(x % 20 == 19);
                    return list;
                  },
                  (a, b) -> {
                    a.addAll(b);
                    failFirstAttempt(true);
                    return a;
                  },
                  3,
                  true);

      assertThat(all).isEqualTo(numbers);
    }
  }

  private static void failFirstAttempt(boolean here) {
    TaskContext task = TaskContext.get();
    if (here && task != null && task.attemptNumber() == 0) {
      throw new IllegalStateException("first attempt");
    }
  }

  @Test
  void treeReduce_reportsAnExceptionOfTheFunction() {
    assertThatThrownBy(
            () ->
                letters(50, 50)
                    .treeReduce(
                        (a, b) -> {
                          throw new Exception("no sum");
                        }))
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseMessage("no sum");
  }

  private static Integer counted(Integer a, Integer b) {
    if (TaskContext.get() == null) {
      JOINED_BY_CALLER.incrementAndGet();
    }
    return a + b;
  }

  private RDD<String> letters(int count, int partitions) {
    return context.parallelize(
        text(count).chars().mapToObj(Character::toString).toList(), partitions);
  }

  private static String text(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Character.toString('a' + i))
        .collect(Collectors.joining());
  }
}
