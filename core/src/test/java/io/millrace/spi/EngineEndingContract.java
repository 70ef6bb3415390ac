package io.millrace.spi;

import static io.millrace.spi.EngineProbe.EVENTS;
import static io.millrace.spi.EngineProbe.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.EngineProbe.Counted;
import io.millrace.spi.EngineProbe.EndlessSource;
import io.millrace.spi.plan.SourceNode;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How jobs and engines end before they are done. */
interface EngineEndingContract extends EngineFixture {

  @Test
  default void cancelling_interruptsATaskThatWaits() throws Exception {
    Cancellation cancellation = new Cancellation();
    RDD<Integer> waiting = waiting(context().withCancellation(cancellation), 3);
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<Boolean> interrupted =
          caller.submit(
              () -> {
                assertThatThrownBy(waiting::count)
                    .isInstanceOf(JobCancelledException.class)
                    .hasMessageContaining("count");
                return Thread.currentThread().isInterrupted();
              });
      EngineProbe.awaitEntered();
      cancellation.cancel();

      assertThat(interrupted.get()).isFalse();
    } finally {
      caller.shutdownNow();
    }
    assertThat(numbers(10, 5).map(x -> noInterrupt(x)).count()).isEqualTo(10);
  }

  private static int noInterrupt(int x) {
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    return x;
  }

  private static RDD<Integer> waiting(RDDContext context, int numSlices) {
    return context
        .parallelize(IntStream.range(0, numSlices).boxed().toList(), numSlices)
        .map(
            x -> {
              EngineProbe.enterAndWait();
              return x;
            });
  }

  @Test
  default void cancelling_endsATaskThatComputes() throws Exception {
    Cancellation cancellation = new Cancellation();
    RDDContext view = context().withCancellation(cancellation);
    RDD<Integer> endless =
        view.rdd(new SourceNode<>("endless", new EndlessSource(1)))
            .map(
                x -> {
                  EngineProbe.enter();
                  return x;
                });
    ExecutorService caller = Executors.newFixedThreadPool(2);
    try {
      Future<?> counting = caller.submit(() -> endless.count());
      Future<?> grouping =
          caller.submit(() -> endless.mapPartitions(x -> x).groupBy(x -> 0).count());
      EngineProbe.awaitEntered();
      cancellation.cancel();

      assertThatThrownBy(counting::get).hasCauseInstanceOf(JobCancelledException.class);
      assertThatThrownBy(grouping::get).hasCauseInstanceOf(JobCancelledException.class);
    } finally {
      caller.shutdownNow();
    }
  }

  @Test
  default void aCancelledContext_runsNoTask() {
    Cancellation cancellation = new Cancellation();
    RDDContext view = context().withCancellation(cancellation);
    RDD<Integer> counted = view.parallelize(List.of(1), 1).map(new Counted(x -> x));
    cancellation.cancel();

    assertThatThrownBy(counted::count).isInstanceOf(JobCancelledException.class);
    assertThatThrownBy(() -> view.<Integer>emptyRDD().count())
        .isInstanceOf(JobCancelledException.class);
    assertThat(EVENTS).isEmpty();
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  default void theCallersInterrupt_outlivesTheJob() {
    Thread.currentThread().interrupt();
    long count = numbers(10, 3).repartition(2).count();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(count).isEqualTo(10);
  }

  @Test
  default void aFlagThatUserCodeLeaves_doesNotReachTheNextTask() {
    EngineProbe.callFromHere();
    assertThat(
            numbers(50, 50)
                .map(
                    x -> {
                      boolean interrupted = Thread.currentThread().isInterrupted();
                      if (!EngineProbe.isOnCaller()) {
                        Thread.currentThread().interrupt();
                      }
                      return interrupted;
                    })
                .collect())
        .containsOnly(false);
  }

  @Test
  default void close_cancelsTheJobsThatRun() throws Exception {
    RDD<Integer> waiting = waiting(context(), 3);
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      Future<?> job = caller.submit(() -> waiting.count());
      EngineProbe.awaitEntered();

      engine().close();
      engine().close();

      assertThatThrownBy(job::get).hasCauseInstanceOf(JobCancelledException.class);
    } finally {
      caller.shutdownNow();
    }
    assertThatThrownBy(waiting::count)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  default void aJobInsideATask_isRefused() {
    EngineProbe.useInTasks(engine());
    Terminal<Integer, Long> nested = new Terminal.Iterate<>((task, records) -> count());

    assertThatThrownBy(() -> engine().run(Job.over(source(1), nested, "outer", new Cancellation())))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("inner was called inside a task")
        .hasMessageContaining("broadcast");
  }

  private static long count() {
    return EngineProbe.inTasks()
        .run(Job.over(source(1), new Terminal.Count<Integer>(), "inner", new Cancellation()))
        .get(0);
  }
}
