package io.millrace.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.rdd.RDDContext;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.StreamTest;
import io.millrace.testkit.StreamTest.Recorded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LifeCycleTest {

  private static final List<List<Integer>> ONE_BATCH = List.of(List.of(1, 2));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StreamTest test = new StreamTest();
  private final StreamingContext context = test.context();

  @AfterEach
  void close() throws InterruptedException {
    test.close();
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void states_followOneAnother() throws Exception {
    assertThat(context.getState()).isEqualTo(StreamingContextState.INITIALIZED);
    test.record(test.input(ONE_BATCH, 1));
    context.start();
    assertThat(context.getState()).isEqualTo(StreamingContextState.ACTIVE);
    assertThat(context.progress().state()).isEqualTo(StreamingContextState.ACTIVE);
    context.stop();
    assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
    context.awaitTermination();
    assertThat(context.awaitTerminationOrTimeout(0)).isTrue();
  }

  @Test
  void start_twice_isRefusedAndTheContextRunsOn() throws Exception {
    Recorded<Integer> recorded = test.record(test.input(ONE_BATCH, 1));
    context.start();
    assertThatThrownBy(context::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this streaming context has been started already");
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of(1, 2));
  }

  @Test
  void start_afterStop_isRefused() {
    test.record(test.input(ONE_BATCH, 1));
    context.start();
    context.stop();
    assertThatThrownBy(context::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been stopped and can't be started again");
  }

  @Test
  void start_withoutOutputs_isRefused_andMayBeMadeGood() throws Exception {
    DStream<Integer> numbers = test.input(ONE_BATCH, 1);
    assertThatThrownBy(context::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("declares no output");
    assertThat(context.getState()).isEqualTo(StreamingContextState.INITIALIZED);
    Recorded<Integer> recorded = test.record(numbers);
    test.run(1);
    assertThat(recorded.batches()).containsExactly(List.of(1, 2));
  }

  @Test
  void graph_isFixedByTheStart() throws Exception {
    DStream<Integer> numbers = test.input(ONE_BATCH, 1);
    test.record(numbers);
    test.run(1);
    assertThatThrownBy(() -> numbers.map(i -> i))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "can't add or change a stream after the streaming context has started: declare"
                + " everything before start()");
    assertThatThrownBy(numbers::print)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("an output");
    assertThatThrownBy(() -> numbers.uid("late")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.textFileStream("somewhere"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stop_beforeStart_endsTheContextAndItsEngine() throws Exception {
    context.stop();
    assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
    assertThat(context.rddContext().isClosed()).isTrue();
    context.awaitTermination();
    assertThatThrownBy(context::start).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> test.input(ONE_BATCH, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void stop_mayBeCalledByManyAtOnce() throws Exception {
    test.record(test.input(ONE_BATCH, 1));
    test.run(1);
    List<Future<?>> stops = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean gracefully = i % 2 == 0;
      stops.add(threads.submit(() -> context.stop(true, gracefully)));
    }
    for (Future<?> stop : stops) {
      stop.get();
      assertThat(context.getState()).isEqualTo(StreamingContextState.STOPPED);
    }
    context.stop();
    context.close();
  }

  @Test
  void stop_takesNoTimeWhenNothingRuns() throws Exception {
    long startNanos = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      try (StreamTest each = new StreamTest()) {
        each.record(each.input(ONE_BATCH, 1));
        each.run(1);
        each.context().stop(true, i % 2 == 0);
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void stop_fromAnOutput_returnsAndStops() throws Exception {
    CountDownLatch returned = new CountDownLatch(1);
    test.input(ONE_BATCH, 1)
        .foreachRDD(
            rdd -> {
              context.stop();
              returned.countDown();
            });
    context.start();
    test.clock().advance(Duration.ofSeconds(5));
    context.awaitTermination();
    assertThat(returned.await(0, TimeUnit.SECONDS)).isTrue();
    assertThat(context.progress().numBatches()).isEqualTo(1);
    assertThat(context.rddContext().isClosed()).isTrue();
  }

  @Test
  void stop_gracefullyFromAnOutput_finishesTheBatch() throws Exception {
    List<String> done = new CopyOnWriteArrayList<>();
    DStream<Integer> numbers = test.input(ONE_BATCH, 1);
    numbers.foreachRDD(rdd -> context.stop(true, true));
    numbers.foreachRDD(rdd -> done.add("counted " + rdd.count()));
    context.start();
    test.clock().advance(Duration.ofSeconds(5));
    context.awaitTermination();
    assertThat(done).containsExactly("counted 2");
    assertThat(context.progress().numBatches()).isEqualTo(1);
    assertThat(context.progress().numFailedBatches()).isZero();
  }

  @Test
  void stop_withoutTheEngine_leavesItUsable() {
    test.record(test.input(ONE_BATCH, 1));
    context.start();
    context.stop(false);
    assertThat(context.rddContext().parallelize(List.of(1, 2, 3)).count()).isEqualTo(3);
    context.stop(true);
    assertThat(context.rddContext().isClosed()).isTrue();
  }

  @Test
  void stop_leavesAnEngineThatWasGiven() throws Exception {
    ManualClock clock = new ManualClock();
    try (RDDContext engine = new RDDContext("local[2]", "shared")) {
      List<Long> counts = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        try (StreamingContext each =
            StreamingContext.builder(engine, Duration.ofSeconds(1)).clock(clock).build()) {
          each.sourceStream(new CountedSource()).foreachRDD(rdd -> counts.add(rdd.count()));
          each.start();
          assertThat(clock.awaitIdle(1, Duration.ofSeconds(10))).isTrue();
          clock.advance(Duration.ofSeconds(1));
          assertThat(clock.awaitIdle(1, Duration.ofSeconds(10))).isTrue();
        }
        assertThat(engine.isClosed()).isFalse();
      }
      assertThat(counts).containsExactly(1L, 1L);
      assertThat(engine.parallelize(List.of(1)).count()).isEqualTo(1);
    }
  }

  @Test
  void stop_atOnce_cancelsAJobThatHangs() throws Exception {
    Hanging.begun = new CountDownLatch(1);
    Recorded<Integer> recorded = test.record(test.input(ONE_BATCH, 2).map(Hanging::forEver));
    context.start();
    test.clock().advance(Duration.ofSeconds(1));
    Hanging.begun.await();
    context.stop();
    context.awaitTermination();
    assertThat(recorded.batches()).isEmpty();
  }

  @Test
  void stop_atOnce_interruptsAnOutputThatHangs() throws Exception {
    Hanging.begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    test.input(ONE_BATCH, 2)
        .foreachRDD(
            rdd -> {
              try {
                Hanging.forEver(1);
              } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
              }
            });
    context.start();
    test.clock().advance(Duration.ofSeconds(1));
    Hanging.begun.await();
    context.stop();
    assertThat(interrupted.get()).isTrue();
    context.awaitTermination();
  }

  @Test
  void stop_gracefully_finishesTheBatchThatRuns() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<String> done = new CopyOnWriteArrayList<>();
    test.input(ONE_BATCH, 1)
        .foreachRDD(
            rdd -> {
              begun.countDown();
              release.await();
              done.add("counted " + rdd.count());
            });
    context.start();
    test.clock().advance(Duration.ofSeconds(5));
    begun.await();
    Future<?> stop = threads.submit(() -> context.stop(true, true));
    assertThat(context.awaitTerminationOrTimeout(50)).isFalse();
    release.countDown();
    stop.get();
    assertThat(done).containsExactly("counted 2");
    assertThat(context.progress().numBatches()).isEqualTo(1);
  }

  @Test
  void stop_atOnce_overtakesAGracefulOne() throws Exception {
    Hanging.begun = new CountDownLatch(1);
    test.record(test.input(ONE_BATCH, 1).map(Hanging::forEver));
    context.start();
    test.clock().advance(Duration.ofSeconds(1));
    Hanging.begun.await();
    Future<?> graceful = threads.submit(() -> context.stop(true, true));
    assertThat(context.awaitTerminationOrTimeout(50)).isFalse();
    context.stop();
    graceful.get();
  }

  @Test
  void stop_gracefully_givesUpAfterItsTimeout() throws Exception {
    Hanging.begun = new CountDownLatch(1);
    Conf conf =
        new Conf().setMaster("local[2]").set("millrace.streaming.gracefulStopTimeout", "50ms");
    try (StreamTest impatient = new StreamTest(conf, Duration.ofSeconds(1))) {
      impatient.record(impatient.input(ONE_BATCH, 1).map(Hanging::forEver));
      impatient.context().start();
      impatient.clock().advance(Duration.ofSeconds(1));
      Hanging.begun.await();
      impatient.context().stop(true, true);
      assertThat(impatient.context().getState()).isEqualTo(StreamingContextState.STOPPED);
    }
  }

  @Test
  void stop_whenInterrupted_saysThatItGoesOn() throws Exception {
    Hanging.begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    test.input(ONE_BATCH, 1)
        .foreachRDD(
            rdd -> {
              Hanging.begun.countDown();
              release.await();
            });
    context.start();
    test.clock().advance(Duration.ofSeconds(1));
    Hanging.begun.await();
    Future<?> stop =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(() -> context.stop(true, true))
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessageContaining("goes on stopping");
            });
    stop.get();
    release.countDown();
    context.awaitTermination();
  }

  @Test
  void progress_remainsAfterTheStop() throws Exception {
    test.record(test.input(ONE_BATCH, 1));
    test.run(3);
    context.stop();
    Progress progress = context.progress();
    assertThat(progress.state()).isEqualTo(StreamingContextState.STOPPED);
    assertThat(progress.numBatches()).isEqualTo(3);
    assertThat(progress.numRecords()).isEqualTo(2);
    assertThat(progress.lastBatch().orElseThrow().number()).isEqualTo(3);
    assertThat(context).hasToString("StreamingContext(stream-test, PT1S, STOPPED)");
  }

  @Test
  void contexts_mayBeManyInOneJvm_onOneClock() throws Exception {
    ManualClock clock = new ManualClock();
    List<StreamingContext> contexts = new ArrayList<>();
    List<List<Long>> counts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      StreamingContext each =
          StreamingContext.builder(
                  new Conf().setMaster("local[2]").setAppName("c" + i), Duration.ofSeconds(1 + i))
              .clock(clock)
              .build();
      List<Long> mine = new CopyOnWriteArrayList<>();
      each.sourceStream(new CountedSource()).foreachBatch((rdd, b) -> mine.add(b.number()));
      contexts.add(each);
      counts.add(mine);
    }
    contexts.forEach(StreamingContext::start);
    for (int i = 0; i < 12; i++) {
      clock.advance(Duration.ofSeconds(1));
      assertThat(clock.awaitIdle(4, Duration.ofSeconds(10))).isTrue();
    }
    assertThat(counts).extracting(List::size).containsExactly(12, 6, 4, 3);
    contexts.get(0).close();
    clock.advance(Duration.ofSeconds(12));
    assertThat(clock.awaitIdle(3, Duration.ofSeconds(10))).isTrue();
    assertThat(counts).extracting(List::size).containsExactly(12, 12, 8, 6);
    contexts.forEach(StreamingContext::close);
  }

  @Test
  void context_refusesAnIntervalThatIsNoWholeMillisecond() {
    Conf conf = new Conf().setMaster("local[1]").setAppName("x");
    assertThatThrownBy(() -> new StreamingContext(conf, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThatThrownBy(() -> new StreamingContext(conf, Duration.ofNanos(1_500_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StreamingContext("nowhere", "x", Duration.ofSeconds(1)))
        .hasMessageContaining("nowhere");
  }

  @Test
  void context_onTheMachinesClock_runsBatches() throws Exception {
    CountDownLatch ran = new CountDownLatch(5);
    List<Long> times = new CopyOnWriteArrayList<>();
    try (StreamingContext real = new StreamingContext("local[1]", "real", Duration.ofMillis(5))) {
      real.sourceStream(new CountedSource())
          .foreachRDD(
              (rdd, time) -> {
                times.add(time.milliseconds());
                ran.countDown();
              });
      real.start();
      ran.await();
    }
    assertThat(times).isSorted().doesNotHaveDuplicates().allMatch(time -> time % 5 == 0);
  }

  /** Waits until it is interrupted. */
  private static final class Hanging {
    private static CountDownLatch begun = new CountDownLatch(1);

    private static Integer forEver(Integer i) throws InterruptedException {
      begun.countDown();
      new CountDownLatch(1).await();
      return i;
    }
  }
}
