package io.millrace.spi;

import static io.millrace.spi.EngineProbe.EVENTS;
import static io.millrace.spi.EngineProbe.pair;
import static io.millrace.spi.EngineProbe.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.Division;
import io.millrace.JobFailedException;
import io.millrace.TaskContext;
import io.millrace.rdd.RDD;
import io.millrace.spi.EngineProbe.Counted;
import io.millrace.spi.EngineProbe.FailingSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much is read, and that what was opened is closed. */
interface EngineReadingContract extends EngineFixture {

  @Test
  default void first_touchesThePartitionsItNeedsAlone() {
    RDD<Integer> counted = numbers(100, 10).map(new Counted(x -> x));

    assertThat(counted.first()).isEqualTo(0);
    assertThat(EVENTS).containsExactly(0);
    assertThat(counted.filter(x -> x >= 25).first()).isEqualTo(25);
    assertThat(new TreeSet<>(EVENTS.stream().map(x -> (Integer) x / 10).toList()))
        .doesNotContain(5, 6, 7, 8, 9);
  }

  @Test
  default void someOfThePartitions_areComputedInTheOrderAskedFor() {
    Job<Integer, List<Integer>> job =
        new Job<>(
            source(4),
            List.of(3, 1, 3),
            new Terminal.Collect<>(),
            null,
            "some",
            new Cancellation());

    assertThat(engine().run(job))
        .containsExactly(List.of(30, 31), List.of(10, 11), List.of(30, 31));
  }

  @Test
  default void enough_growsWavesUntilItSaysSo() {
    List<Integer> asked = new ArrayList<>();
    PlanNode<Integer> node = source(30);
    Job<Integer, Long> job =
        new Job<>(
            node,
            IntStream.range(0, 30).boxed().toList(),
            new Terminal.Count<>(),
            results -> {
              asked.add(results.size());
              return results.size() >= 20;
            },
            "enough",
            new Cancellation());

    assertThat(engine().run(job)).hasSize(21);
    assertThat(asked).containsExactly(1, 5, 21);
  }

  @Test
  default void sources_areClosedOnceHoweverReadingEnds() {
    RDD<Integer> numbers = context().rdd(source(3));

    numbers.collect();
    assertThat(EVENTS).containsExactlyInAnyOrder("close 0", "close 1", "close 2");
    EVENTS.clear();
    numbers.first();
    assertThat(EVENTS).containsExactly("close 0");
    EVENTS.clear();
    assertThatThrownBy(() -> numbers.map(new Division()).coalesce(1).collect())
        .isInstanceOf(JobFailedException.class);
    assertThat(EVENTS).containsOnly("close 0");
  }

  @Test
  default void sourcesReadOneAfterTheOther_areClosedOneByOne() {
    context()
        .rdd(source(3))
        .coalesce(1)
        .map(
            x -> {
              EVENTS.add(x);
              return x;
            })
        .count();
    assertThat(EVENTS).containsExactly(0, 1, "close 0", 10, 11, "close 1", 20, 21, "close 2");

    EVENTS.clear();
    numbers(3, 1).cartesian(context().rdd(source(1))).foreach(x -> EVENTS.add(x));
    assertThat(EVENTS)
        .containsExactly(
            pair(0, 0),
            pair(0, 1),
            "close 0",
            pair(1, 0),
            pair(1, 1),
            "close 0",
            pair(2, 0),
            pair(2, 1),
            "close 0");
  }

  @Test
  default void anIteratorThatCanBeClosed_isClosedByTheEndOfTheTask() {
    RDD<Integer> closeable = numbers(4, 2).mapPartitions(records -> new CloseableIterator(records));

    assertThat(closeable.collect()).hasSize(4);
    assertThat(EVENTS).containsExactly("closed", "closed");
    EVENTS.clear();
    assertThat(closeable.first()).isZero();
    assertThat(EVENTS).containsExactly("closed");
  }

  record CloseableIterator(Iterator<Integer> records) implements Iterator<Integer>, AutoCloseable {
    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    public Integer next() {
      return records.next();
    }

    @Override
    public void close() {
      EVENTS.add("closed");
    }
  }

  @Test
  default void completionListeners_runLastAddedFirstAlsoAfterAFailure() {
    RDD<Integer> listened =
        numbers(1, 1)
            .map(
                x -> {
                  TaskContext task = TaskContext.get();
                  task.addTaskCompletionListener(t -> EVENTS.add("first"));
                  task.addTaskCompletionListener(
                      t -> {
                        EVENTS.add("second");
                        if (t.attemptNumber() < 1) {
                          throw new IllegalStateException("in a listener");
                        }
                      });
                  if (task.attemptNumber() == 1) {
                    throw new IllegalStateException("in the task");
                  }
                  return x;
                });

    assertThat(listened.count()).isEqualTo(1);
    assertThat(EVENTS).containsExactly("second", "first", "second", "first", "second", "first");
  }

  @Test
  default void theExceptionOfTheTask_isNotHiddenByOneOnClosing() {
    IllegalStateException broken = new IllegalStateException("broken");
    PlanNode<Integer> node = new SourceNode<>("broken", new FailingSource(broken));

    assertThatThrownBy(() -> context().rdd(node).collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("java.lang.IllegalStateException: broken");
  }
}
