package io.millrace.internal.scheduler;

import io.millrace.Settings;
import io.millrace.spi.Clock;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.state.StateLimits;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.Progress;
import io.millrace.stream.StreamRuntime;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.StreamingContextState;
import io.millrace.stream.StreamingListener;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs a streaming context on the thread that starts it: the start returns when the program has
 * ended. The parts are those of {@link DefaultStreamRuntime}; what is missing are its threads and
 * the time limits on user code. So a run costs what the program does, and is the same each time.
 *
 * <p>The clock ends the program: it calls the action that it is given when the time has come.
 */
final class SteppedRuntime implements StreamRuntime, BatchLoop.Owner, InputContext.Owner {

  /** What the world lends to a run. */
  interface Surroundings {

    /** Cuts batches; the loop waits in it, and is to be stopped from it. */
    Clock ticks();

    /** Measures the patience with failing storage. */
    Clock patience();

    /** Makes writes that are begun before somebody waits for them. */
    Executor writers();

    /** Random numbers. */
    Supplier<UUID> ids();

    /** Is told how to end the program gracefully. */
    void onStart(Runnable stop);

    /** May put others in the place of parts of the checkpoint. */
    default Journal journal(CheckpointJournal opened) {
      return opened;
    }
  }

  private final StreamRuntimeProvider.Setup setup;
  private final Surroundings surroundings;
  private final ListenerBus listeners;
  private final ProgressBoard progress = new ProgressBoard();
  private final List<Runnable> stopActions = new ArrayList<>();
  private StreamingContextState state = StreamingContextState.INITIALIZED;
  private Throwable failure;

  SteppedRuntime(StreamRuntimeProvider.Setup setup, Surroundings surroundings) {
    this.setup = setup;
    this.surroundings = surroundings;
    this.listeners = new ListenerBus(1, setup.name());
  }

  @Override
  public void start(Optional<CheckpointSpec> checkpoint) {
    setup.graph().fix();
    StreamPlans plans =
        new StreamPlans(
            setup.graph().nodes(),
            setup.graph().outputs(),
            setup.engine(),
            new States(setup.engine(), setup.cancellation(), StateLimits.NONE),
            setup.graph().rememberMillis(),
            setup.conf().get(Settings.UNPERSIST),
            setup.conf().get(Settings.WINDOW_CATCH_UP));
    try {
      run(plans, checkpoint);
    } finally {
      plans.close();
      state = StreamingContextState.STOPPED;
      stopActions.forEach(Runnable::run);
    }
    rethrow();
  }

  private void run(StreamPlans plans, Optional<CheckpointSpec> checkpoint) {
    Journal journal = checkpoint.isPresent() ? open(checkpoint.get(), plans) : new Journal.None();
    try {
      List<InputNode<?>> inputs = startInputs(plans);
      journal.resumeSources(inputs);
      Clock ticks = surroundings.ticks();
      long intervalMillis = setup.batchIntervalMillis();
      BatchLoop loop =
          new BatchLoop(
              new TickSchedule(
                  intervalMillis, setup.conf().get(Settings.MERGE_TICKS_AFTER).toMillis()),
              BatchClock.resumed(
                  ticks,
                  journal.lastMillis(),
                  intervalMillis,
                  setup.conf().get(Settings.MAX_CLOCK_JUMP)),
              new BatchReport(setup.name(), intervalMillis, Duration.ZERO, ticks.nanoTime()),
              inputs,
              setup.graph().outputs(),
              plans,
              journal,
              FailurePolicy.of(setup.conf()),
              listeners,
              progress,
              this);
      surroundings.onStart(() -> loop.stop(true));
      state = StreamingContextState.ACTIVE;
      loop.run();
      inputs.forEach(input -> input.source().stop());
    } finally {
      journal.close();
    }
  }

  @Override
  public CheckpointPlan plan(CheckpointSpec checkpoint) {
    throw new UnsupportedOperationException("a stepped context only runs");
  }

  private Journal open(CheckpointSpec spec, StreamPlans plans) {
    Patience patience =
        new Patience(
            surroundings.patience(),
            setup.conf().get(Settings.CHECKPOINT_WRITE_TIMEOUT),
            () -> false,
            surroundings.writers());
    return surroundings.journal(
        new CheckpointOpening(
                new KeptParts(spec, setup.conf(), setup.engine(), plans, setup.graph()),
                setup.conf(),
                setup.engine(),
                setup.cancellation(),
                patience,
                new StorageWatch(
                    surroundings.ticks(),
                    setup.conf().get(Settings.CHECKPOINT_WRITE_TIMEOUT),
                    setup.conf().get(Settings.SINK_TIMEOUT),
                    patience::writing),
                surroundings.ticks(),
                listeners,
                surroundings.ids(),
                Runnable::run)
            .open());
  }

  private List<InputNode<?>> startInputs(StreamPlans plans) {
    List<InputNode<?>> inputs = new ArrayList<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input) {
        inputs.add(input);
        try {
          input
              .source()
              .start(new InputContext(input.id(), setup, surroundings.ticks(), listeners, this));
        } catch (Exception e) {
          throw new IllegalStateException(input.label() + " can't start", e);
        }
      }
    }
    return inputs;
  }

  private void rethrow() {
    if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException("the run has failed", failure);
    }
  }

  @Override
  public void failed(Throwable error) {
    failure = failure == null ? error : failure;
  }

  @Override
  public void ended() {}

  @Override
  public void runForSource(int streamId, Runnable body) {
    throw new UnsupportedOperationException("sources have no threads here");
  }

  @Override
  public void stop(boolean gracefully) {
    state = StreamingContextState.STOPPED;
  }

  @Override
  public boolean awaitTermination(Duration timeout) {
    return state == StreamingContextState.STOPPED;
  }

  @Override
  public void whenStopped(Runnable action) {
    if (state == StreamingContextState.STOPPED) {
      action.run();
    } else {
      stopActions.add(action);
    }
  }

  @Override
  public List<PlanNode<?>> slice(StreamNode<?> stream, long fromMillis, long toMillis) {
    throw new UnsupportedOperationException("a stepped context has ended when its start returns");
  }

  @Override
  public boolean isBatchThread() {
    return true;
  }

  @Override
  public StreamingContextState state() {
    return state;
  }

  @Override
  public Progress progress() {
    return progress.snapshot(state);
  }

  @Override
  public void addListener(StreamingListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(StreamingListener listener) {
    listeners.remove(listener);
  }
}
