package io.millrace.rdd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.NotSerializableFunctionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncActionsTest {

  private static final ConcurrentLinkedQueue<Object> SEEN = new ConcurrentLinkedQueue<>();
  private static volatile CountDownLatch entered = new CountDownLatch(1);
  private static volatile CountDownLatch gate = new CountDownLatch(1);
  private static volatile CountDownLatch interrupted = new CountDownLatch(1);

  private final RDDContext context = new RDDContext("local[2,1]", "test");

  @BeforeEach
  void reset() {
    SEEN.clear();
    entered = new CountDownLatch(1);
    gate = new CountDownLatch(1);
    interrupted = new CountDownLatch(1);
  }

  @AfterEach
  void close() {
    gate.countDown();
    context.close();
  }

  @Test
  void actions_yieldWhatTheBlockingOnesReturn() throws Exception {
    RDD<Integer> numbers = numbers(100, 5);

    assertThat(numbers.countAsync().get()).isEqualTo(100);
    assertThat(numbers.collectAsync().get()).isEqualTo(numbers.collect());
    assertThat(numbers.takeAsync(7).get()).isEqualTo(numbers.take(7));
    assertThat(numbers.foreachAsync(x -> SEEN.add(x)).get()).isNull();
    assertThat(SEEN).hasSize(100);
    numbers.foreachPartitionAsync(records -> SEEN.add("partition")).get();
    assertThat(SEEN).hasSize(105);
    assertThat(context.<Integer>emptyRDD().collectAsync().get()).isEmpty();
  }

  @Test
  void caller_goesOnWhileTheActionRuns() throws Exception {
    FutureAction<Long> count = numbers(4, 1).map(AsyncActionsTest::waitAtTheGate).countAsync();
    entered.await();

    assertThat(count.isDone()).isFalse();
    assertThat(numbers(3, 2).count()).isEqualTo(3);
    assertThatThrownBy(() -> count.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    gate.countDown();
    assertThat(count.get()).isEqualTo(4);
    assertThat(count.isDone()).isTrue();
    assertThat(count.isCancelled()).isFalse();
    assertThat(count.cancel(true)).isFalse();
  }

  @Test
  void cancel_interruptsTheTasksAndNothingElse() throws Exception {
    FutureAction<Long> count = numbers(4, 2).map(AsyncActionsTest::waitAtTheGate).countAsync();
    entered.await();

    assertThat(count.cancel(false)).isTrue();

    interrupted.await();
    assertThat(count.isCancelled()).isTrue();
    assertThatThrownBy(count::get).isInstanceOf(CancellationException.class);
    assertThat(numbers(3, 2).countAsync().get()).isEqualTo(3);
  }

  @Test
  void failure_isTheCauseThatTheBlockingActionThrows() {
    RDD<Integer> failing =
        numbers(4, 1)
            .map(
                x -> {
                  throw new IllegalStateException("no " + x);
                });

    assertThatThrownBy(() -> failing.countAsync().get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseMessage("no 0");
  }

  @Test
  void closingTheContext_endsActions() throws Exception {
    FutureAction<Long> count = numbers(4, 2).map(AsyncActionsTest::waitAtTheGate).countAsync();
    entered.await();

    context.close();

    assertThatThrownBy(count::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(JobCancelledException.class);
    assertThatThrownBy(() -> numbers(1, 1).countAsync()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void actions_checkArgumentsOnTheCallingThread() {
    Thread notSerializable = Thread.currentThread();

    assertThatThrownBy(() -> numbers(1, 1).foreachAsync(x -> notSerializable.interrupt()))
        .isInstanceOf(NotSerializableFunctionException.class);
    assertThatThrownBy(() -> numbers(1, 1).takeAsync(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("takeAsync");
  }

  @Test
  void moreActionsThanMayWait_areRefusedAndTheOthersRun() throws Exception {
    List<FutureAction<Long>> counts = new ArrayList<>();
    RDD<Integer> waiting = numbers(1, 1).map(AsyncActionsTest::waitAtTheGate);
    for (int i = 0; i < FutureAction.MAX_RUNNING + FutureAction.MAX_WAITING; i++) {
      counts.add(waiting.countAsync());
    }

    assertThatThrownBy(waiting::countAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1040 asynchronous actions");
    gate.countDown();
    for (FutureAction<Long> count : counts) {
      assertThat(count.get()).isEqualTo(1);
    }
  }

  @Test
  void jobDescription_showsInFailuresOfActionsOfBothKinds() {
    RDD<Integer> failing =
        numbers(2, 1)
            .map(
                x -> {
                  throw new IllegalStateException("no");
                });
    context.setJobDescription("daily report");

    assertThatThrownBy(failing::count).hasMessageContaining("count (daily report)");
    assertThatThrownBy(() -> failing.countAsync().get())
        .hasMessageContaining("count (daily report)");
    context.setJobDescription(null);
    assertThatThrownBy(failing::count).hasMessageNotContaining("daily report");
  }

  private static Integer waitAtTheGate(Integer x) throws InterruptedException {
    entered.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
    return x;
  }

  private RDD<Integer> numbers(int count, int partitions) {
    return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
  }
}
