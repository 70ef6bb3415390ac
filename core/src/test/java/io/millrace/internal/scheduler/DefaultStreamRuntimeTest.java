package io.millrace.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.internal.system.SystemClock;
import io.millrace.rdd.RDDContext;
import io.millrace.source.InputRange;
import io.millrace.source.Source;
import io.millrace.source.SourceContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Clock;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.ListSource;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.StreamingContextState;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerBatchCompleted;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.StreamGraph;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends of a context whose user code does not end. */
@Timeout(20)
class DefaultStreamRuntimeTest {

  private static final Duration SHORT = Duration.ofMillis(30);
  private static final TimeLimits SHORT_LIMITS =
      new TimeLimits(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT);

  private final RDDContext engine = new RDDContext("local[2]", "runtime-test");
  private final StreamGraph graph = new StreamGraph();
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<Clock> clock = Optional.empty();

  @AfterEach
  void close() {
    release.countDown();
    engine.close();
  }

  private DefaultStreamRuntime runtime() {
    return new DefaultStreamRuntime(
        new StreamRuntimeProvider.Setup(
            "test", graph, 1, new Conf(), engine.engine(), cancellation, clock),
        SHORT_LIMITS);
  }

  private InputNode<Integer> input(Ones source) {
    return graph.add(id -> new InputNode<>(id, "ones", source, 1));
  }

  private void output(Output.Body body) {
    graph.addOutput("output", input(new Ones()), body);
  }

  /** Waits for the release whatever anybody else wants. */
  private void ignoreInterrupts() {
    begun.countDown();
    boolean released = false;
    while (!released) {
      try {
        release.await();
        released = true;
      } catch (InterruptedException e) {
        continue;
      }
    }
  }

  @Test
  void stop_leavesAnOutputBehindThatIgnoresInterrupts() throws Exception {
    output(
        (plan, batch, staging) -> {
          ignoreInterrupts();
          ended.countDown();
        });
    DefaultStreamRuntime runtime = runtime();
    runtime.start(Optional.empty());
    begun.await();
    runtime.stop(false);
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
    assertThat(runtime.awaitTermination(Duration.ofSeconds(1))).isTrue();
    release.countDown();
    ended.await();
    assertThat(runtime.progress().numBatches()).as("nothing is seen of it any more").isZero();
  }

  @Test
  void stop_leavesATaskBehindThatIgnoresInterrupts() throws Exception {
    output(
        (plan, batch, staging) ->
            engine
                .engine()
                .run(
                    Job.over(
                        plan,
                        new Terminal.ForEach<>(record -> ignoreInterrupts()),
                        "hang",
                        cancellation)));
    DefaultStreamRuntime runtime = runtime();
    runtime.start(Optional.empty());
    begun.await();
    runtime.stop(false);
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
  }

  @Test
  void stop_leavesASourceBehindThatDoesNotStop() throws Exception {
    List<String> stopped = new CopyOnWriteArrayList<>();
    graph.addOutput(
        "output",
        input(
            new Ones() {
              @Override
              public void stop() {
                stopped.add("asked");
                ignoreInterrupts();
              }
            }),
        (plan, batch, staging) -> begun.countDown());
    DefaultStreamRuntime runtime = runtime();
    runtime.start(Optional.empty());
    begun.await();
    runtime.stop(true);
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
    assertThat(stopped).containsExactly("asked");
  }

  @Test
  void stop_leavesAListenerBehindThatHangs() throws Exception {
    output((plan, batch, staging) -> {});
    DefaultStreamRuntime runtime = runtime();
    runtime.addListener(
        new StreamingListener() {
          @Override
          public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            ignoreInterrupts();
          }
        });
    runtime.start(Optional.empty());
    begun.await();
    runtime.stop(true);
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
  }

  @Test
  void stop_fromAThreadOfASource_returns() throws Exception {
    CountDownLatch returned = new CountDownLatch(1);
    DefaultStreamRuntime[] runtime = new DefaultStreamRuntime[1];
    graph.addOutput(
        "output",
        input(
            new Ones() {
              @Override
              public void start(SourceContext context) {
                context.spawn(
                    "reader",
                    () -> {
                      ignoreInterrupts();
                      runtime[0].stop(true);
                      returned.countDown();
                    });
              }

              @Override
              public void stop() {
                try {
                  returned.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            }),
        (plan, batch, staging) -> {});
    runtime[0] = runtime();
    runtime[0].start(Optional.empty());
    release.countDown();
    assertThat(runtime[0].awaitTermination(Duration.ofSeconds(10))).isTrue();
    returned.await();
  }

  @Test
  void stop_duringTheStart_endsTheContext() throws Exception {
    graph.addOutput(
        "output",
        input(
            new Ones() {
              @Override
              public void start(SourceContext context) {
                ignoreInterrupts();
              }
            }),
        (plan, batch, staging) -> {});
    DefaultStreamRuntime runtime = runtime();
    Thread starting = new Thread(() -> runtime.start(Optional.empty()));
    starting.start();
    begun.await();
    Thread stopping = new Thread(() -> runtime.stop(true));
    stopping.start();
    assertThatThrownBy(() -> runtime.start(Optional.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("started already");
    release.countDown();
    stopping.join();
    starting.join();
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
    runtime.stop(false);
  }

  @Test
  void stop_fromTheStartOfASource_returns() throws Exception {
    DefaultStreamRuntime[] runtime = new DefaultStreamRuntime[1];
    graph.addOutput(
        "output",
        input(
            new Ones() {
              @Override
              public void start(SourceContext context) {
                runtime[0].stop(true);
              }
            }),
        (plan, batch, staging) -> {});
    runtime[0] = runtime();
    runtime[0].start(Optional.empty());
    assertThat(runtime[0].awaitTermination(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void whenStopped_runsOnceBeforeAnybodyGoesOn_orAtOnce() throws Exception {
    AtomicInteger numRuns = new AtomicInteger();
    output((plan, batch, staging) -> {});
    DefaultStreamRuntime runtime = runtime();
    runtime.whenStopped(numRuns::incrementAndGet);
    runtime.start(Optional.empty());
    runtime.stop(false);
    assertThat(numRuns).hasValue(1);
    runtime.stop(false);
    assertThat(numRuns).hasValue(1);
    runtime.whenStopped(numRuns::incrementAndGet);
    assertThat(numRuns).hasValue(2);
  }

  @Test
  void start_thatFailsAfterTheSourcesStarted_stopsThem() {
    List<String> stopped = new CopyOnWriteArrayList<>();
    clock =
        Optional.of(
            new FailingClock() {
              @Override
              public long millis() {
                throw new IllegalStateException("no time");
              }
            });
    graph.addOutput(
        "output",
        input(
            new Ones() {
              @Override
              public void stop() {
                stopped.add("asked");
              }
            }),
        (plan, batch, staging) -> {});
    DefaultStreamRuntime runtime = runtime();
    assertThatThrownBy(() -> runtime.start(Optional.empty())).hasMessage("no time");
    assertThat(stopped).containsExactly("asked");
    assertThat(runtime.state()).isEqualTo(StreamingContextState.STOPPED);
    runtime.stop(true);
    assertThatThrownBy(() -> runtime.awaitTermination(Duration.ZERO)).hasMessage("no time");
  }

  @Test
  void clockThatFails_stopsTheContextWithItsError() {
    clock =
        Optional.of(
            new FailingClock() {
              @Override
              public void awaitMillis(
                  long targetMillis, java.util.function.BooleanSupplier cancelled) {
                throw new IllegalStateException("the clock broke");
              }
            });
    output((plan, batch, staging) -> {});
    DefaultStreamRuntime runtime = runtime();
    runtime.start(Optional.empty());
    assertThatThrownBy(() -> runtime.awaitTermination(Duration.ofSeconds(10)))
        .hasMessage("the clock broke");
  }

  /** The machine's clock, for subclasses to break. */
  private abstract static class FailingClock implements Clock {

    private final SystemClock clock = new SystemClock();

    @Override
    public long millis() {
      return clock.millis();
    }

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public void awaitMillis(long targetMillis, java.util.function.BooleanSupplier cancelled)
        throws InterruptedException {
      clock.awaitMillis(targetMillis, cancelled);
    }

    @Override
    public void wake() {
      clock.wake();
    }

    @Override
    public MissedTicks missedTicks() {
      return clock.missedTicks();
    }
  }

  /** One record per batch. */
  private static class Ones implements Source<Integer, Ones.One> {

    record One() implements InputRange {
      @Override
      public long numRecords() {
        return 1;
      }

      @Override
      public boolean isEmpty() {
        return false;
      }

      @Override
      public String description() {
        return "one";
      }
    }

    @Override
    public void start(SourceContext context) {}

    @Override
    public One nextRange(long batchTimeMillis, long previousTimeMillis) {
      return new One();
    }

    @Override
    public PlanNode<Integer> read(One range) {
      return new SourceNode<>("ones", new ListSource<>(List.of(1), 1));
    }

    @Override
    public void stop() {}
  }
}
