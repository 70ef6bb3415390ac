package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.TaskContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedTaskContextTest {

  private final List<String> events = new ArrayList<>();
  private final EmbeddedTaskContext task = task();

  private static EmbeddedTaskContext task() {
    return new EmbeddedTaskContext(
        3, 0, 7, new EmbeddedTaskContext.Surroundings(() -> false, () -> {}));
  }

  @Test
  void listeners_runLastAddedFirstAndOnce() {
    task.addTaskCompletionListener(t -> events.add("first"));
    task.closeAtEnd(() -> events.add("second"));
    task.addTaskCompletionListener(t -> events.add("third of " + t.partitionId()));

    task.complete();
    task.complete();

    assertThat(events).containsExactly("third of 3", "second", "first");
  }

  @Test
  void aFailingListener_failsAfterTheOthersRan() {
    AssertionError last = new AssertionError("last");
    task.addTaskCompletionListener(t -> events.add("first"));
    task.addTaskCompletionListener(
        t -> {
          throw new IllegalStateException("second");
        });
    task.addTaskCompletionListener(
        t -> {
          throw last;
        });

    assertThatThrownBy(task::complete)
        .isSameAs(last)
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("second"));
    assertThat(events).containsExactly("first");
  }

  @Test
  void listenersThatThrowTheSameException_doNotHideIt() {
    IllegalStateException same = new IllegalStateException("broken");
    for (int i = 0; i < 2; i++) {
      task.addTaskCompletionListener(
          t -> {
            throw same;
          });
    }

    assertThatThrownBy(task::complete).isSameAs(same);
  }

  @Test
  void aListenerAddedByAListener_runsToo() {
    task.addTaskCompletionListener(
        t -> t.addTaskCompletionListener(again -> events.add("added late")));

    task.complete();

    assertThat(events).containsExactly("added late");
  }

  @Test
  void aResourceClosedBefore_isNotClosedAtTheEnd() throws Exception {
    EmbeddedTaskContext.Closing first = task.closeAtEnd(() -> events.add("first"));
    task.closeAtEnd(() -> events.add("second"));

    first.now();
    first.now();
    task.complete();

    assertThat(events).containsExactly("first", "second");
  }

  @Test
  void aCheckedExceptionOnClosing_isTheCause() {
    IOException broken = new IOException("broken");
    task.closeAtEnd(
        () -> {
          throw broken;
        });

    assertThatThrownBy(task::complete).hasCause(broken).hasMessageContaining("broken");
  }

  @Test
  void attemptLocals_reachTheirOwnerOnceOnSuccess() {
    Gatherer owner = new Gatherer();
    StringBuilder value = task.attemptLocal(owner);
    StringBuilder again = task.attemptLocal(owner);
    assertThat(again).isSameAs(value);
    value.append("done");
    assertThat(events).isEmpty();

    task.succeed();

    assertThat(events).containsExactly("done");
  }

  @Test
  void theContextOfAnEarlierTask_hasItsPartitionAndLocalsThatGoNowhere() {
    EmbeddedTaskContext earlier = task.recomputing(9);
    earlier.attemptLocal(new Gatherer());
    TaskContext before = earlier.begin();
    assertThat(TaskContext.getPartitionId()).isEqualTo(9);
    EmbeddedTaskContext.end(before);

    task.succeed();

    assertThat(TaskContext.get()).isNull();
    assertThat(earlier.readsSharedExchanges()).isFalse();
    assertThat(earlier.recomputed()).isSameAs(task.recomputed());
    assertThat(events).isEmpty();
  }

  private final class Gatherer implements TaskContext.AttemptLocal<StringBuilder> {

    private static final long serialVersionUID = 1L;

    @Override
    public StringBuilder begin() {
      return new StringBuilder();
    }

    @Override
    public void accept(StringBuilder value) {
      events.add("" + value);
    }
  }
}
