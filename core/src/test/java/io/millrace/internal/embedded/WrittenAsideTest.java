package io.millrace.internal.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.Conf;
import io.millrace.JobCancelledException;
import io.millrace.JobFailedException;
import io.millrace.Tuple2;
import io.millrace.codec.Codecs;
import io.millrace.function.Function2;
import io.millrace.internal.system.LocalSpillFiles;
import io.millrace.rdd.HashPartitioner;
import io.millrace.rdd.RDDContext;
import io.millrace.spi.Cancellation;
import io.millrace.spi.StorageInMemory;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.Attempt;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateDefinition;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StateLimits;
import io.millrace.spi.state.StateOperator;
import io.millrace.spi.state.StatePlace;
import io.millrace.spi.state.StateStep;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The test says when the threads that wait for the disk come to their work. */
class WrittenAsideTest {

  private static final Function2<List<Object>, Optional<Object>, Optional<Object>> LAST =
      (values, state) -> values.isEmpty() ? state : Optional.of(values.get(0));

  private final StorageInMemory storage = new StorageInMemory();
  private final StatePlace place = new StatePlace(storage, Codecs.builtIn(), 0);

  // Guarded by waiting.
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean areHeld = true;

  private static EmbeddedEngine engine(Executor writers) {
    EmbeddedEngine engine =
        new EmbeddedEngine(
            new EmbeddedEngine.Options(
                2, 1, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, false, false),
            new LocalSpillFiles(Optional.empty()),
            "test",
            System::nanoTime,
            writers);
    engine.start();
    return engine;
  }

  private void hold(Runnable put) {
    synchronized (waiting) {
      if (areHeld) {
        waiting.add(put);
        return;
      }
    }
    put.run();
  }

  private void holdNoLonger() {
    synchronized (waiting) {
      areHeld = false;
    }
    runWaiting();
  }

  private void runWaiting() {
    List<Runnable> runs;
    synchronized (waiting) {
      runs = new ArrayList<>(waiting);
      waiting.clear();
    }
    runs.forEach(Runnable::run);
  }

  private static KeyedState lasts(EmbeddedEngine engine) {
    return engine.newState(
        new StateDefinition(
            "lasts",
            new StateOperator.UpdateKeys(LAST, false),
            new HashPartitioner(2),
            null,
            StateLimits.NONE));
  }

  private static StateStep step(EmbeddedEngine engine) {
    PlanNode<?> input =
        engine.pin(
            "pairs",
            List.of(List.of(new Tuple2<>(2L, 20L)), List.of(new Tuple2<>(1L, 10L))),
            new HashPartitioner(2));
    return new StateStep(input, 1000, null);
  }

  @Test
  @SuppressWarnings("unchecked")
  void outputs_readWhatAStepCameTo_beforeTheDiskHasIt() {
    try (EmbeddedEngine engine = engine(this::hold);
        KeyedState state = lasts(engine)) {
      Attempt attempt =
          state.step(step(engine).to(new StateStep.Delta(place, "data/1")), new Cancellation());

      assertThat(
              RDDContext.on(engine, new Conf(false))
                  .rdd((PlanNode<Object>) attempt.entries())
                  .count())
          .isEqualTo(2);
      assertThat(storage.objects).isEmpty();

      runWaiting();
      List<StateFile> files = attempt.persist(place, "data/2", new Cancellation());
      attempt.adopt();
      assertThat(files).extracting(StateFile::name).allMatch(storage.objects::containsKey);
      assertThat(files).hasSize(2).allMatch(file -> file.name().startsWith("data/1-"));
    }
  }

  @Test
  void whoWaitsForTheDisk_canBeCancelled() {
    try (EmbeddedEngine engine = engine(this::hold);
        KeyedState state = lasts(engine)) {
      Attempt attempt =
          state.step(step(engine).to(new StateStep.Delta(place, "data/1")), new Cancellation());
      Cancellation cancelled = new Cancellation();
      cancelled.cancel();
      assertThatThrownBy(() -> attempt.persist(place, "data/2", cancelled))
          .isInstanceOf(JobCancelledException.class)
          .hasMessageContaining("lasts");
      attempt.abandon();
    }
  }

  @Test
  void aFailure_isToldOnce_withItsPartition_andThePersistingCanBeRepeated() {
    try (EmbeddedEngine engine = engine(this::hold);
        KeyedState state = lasts(engine)) {
      Attempt attempt =
          state.step(step(engine).to(new StateStep.Delta(place, "data/1")), new Cancellation());
      storage.failures.set(2);
      holdNoLonger();
      assertThatThrownBy(() -> attempt.persist(place, "data/2", new Cancellation()))
          .isInstanceOf(JobFailedException.class)
          .hasMessageContaining("lasts")
          .hasMessageContaining("partition 0")
          .hasMessageContaining("no space left")
          .hasCauseInstanceOf(IOException.class);
      assertThat(attempt.persist(place, "data/3", new Cancellation()))
          .hasSize(2)
          .allMatch(file -> file.name().startsWith("data/3-"));
      attempt.adopt();
    }
  }

  @Test
  void threadsThatRefuse_leaveTheWorkToTheTask() {
    Executor refusing =
        put -> {
          throw new RejectedExecutionException("full");
        };
    try (EmbeddedEngine engine = engine(refusing);
        KeyedState state = lasts(engine)) {
      Attempt attempt =
          state.step(step(engine).to(new StateStep.Delta(place, "data/1")), new Cancellation());
      assertThat(storage.objects).hasSize(2);
      assertThat(attempt.persist(place, "data/2", new Cancellation())).hasSize(2);
      attempt.adopt();
    }
  }

  @Test
  void aFile_isNotBegunToBeStored_beforeTheOneBeforeItIs() throws Exception {
    List<String> stored = new ArrayList<>();
    WrittenAside.Aside aside =
        new WrittenAside.Aside((name, content) -> stored.add(name), this::hold);
    aside.store("a", List.of());
    Thread second =
        new Thread(
            () -> {
              try {
                aside.store("b", List.of());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    second.start();
    while (second.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(waiting).hasSize(1);
    runWaiting();
    second.join();
    assertThat(stored).containsExactly("a");
    runWaiting();
    assertThat(stored).containsExactly("a", "b");
  }

  @Test
  void aFileThatCouldNotBeStored_endsTheOnesAfterIt() throws Exception {
    WrittenAside.Aside aside =
        new WrittenAside.Aside(
            (name, content) -> {
              throw new IOException("no space left");
            },
            Runnable::run);
    aside.store("a", List.of());
    assertThatThrownBy(() -> aside.store("b", List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no space left");
  }
}
