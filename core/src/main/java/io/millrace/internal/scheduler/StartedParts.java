package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.system.Ids;
import io.millrace.internal.system.LocalMachine;
import io.millrace.spi.Clock;
import io.millrace.spi.Machine;
import io.millrace.spi.state.StateLimits;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a start makes for its context, in this order: the plans of the graph, the journal, the
 * sources and the batch loop. A start may fail at each of them; the end lets go of as much as there
 * is.
 *
 * <p>Made by the thread that starts the context, and let go of by the one that ends it.
 */
final class StartedParts {

  private static final Logger LOG = LoggerFactory.getLogger(StartedParts.class);

  /** The context that has the parts. */
  interface Owner extends InputContext.Owner {

    /** Whether the context has to stop without waiting for anything. */
    boolean isStoppingAtOnce();

    /** The end of the context waits for this thread, which so can't wait for that. */
    void waitsFor(Thread thread);
  }

  private final StreamRuntimeProvider.Setup setup;
  private final TimeLimits limits;
  private final Conf conf;
  private final Clock clock;
  private final ListenerBus listeners;
  private final Owner owner;
  private final Machine machine = new LocalMachine();
  private final List<InputNode<?>> inputs = new CopyOnWriteArrayList<>();

  // Guarded by this.
  private @Nullable StreamPlans plans;
  private Optional<Journal> journal = Optional.empty();

  StartedParts(
      StreamRuntimeProvider.Setup setup,
      TimeLimits limits,
      Clock clock,
      ListenerBus listeners,
      Owner owner) {
    this.setup = setup;
    this.limits = limits;
    this.conf = setup.conf();
    this.clock = clock;
    this.listeners = listeners;
    this.owner = owner;
  }

  /** From here on the program is what has been declared. */
  void fixGraph() {
    setup.graph().fix();
    StreamPlans made =
        new StreamPlans(
            setup.graph().nodes(),
            setup.graph().outputs(),
            setup.engine(),
            new States(setup.engine(), setup.cancellation(), stateLimits(conf)),
            setup.graph().rememberMillis(),
            conf.get(Settings.UNPERSIST));
    synchronized (this) {
      plans = made;
    }
  }

  private static StateLimits stateLimits(Conf conf) {
    return new StateLimits(
        conf.find(Settings.STATE_MAX_ENTRIES).orElse(Long.MAX_VALUE),
        conf.find(Settings.STATE_MAX_BYTES).orElse(Long.MAX_VALUE));
  }

  /** What a start on the checkpoint would do; starts sources for it. */
  CheckpointPlan planCheckpoint(CheckpointSpec checkpoint) {
    return new CheckpointPlanning(kept(checkpoint)).plan(this::startSource);
  }

  /** Opens the checkpoint, so that batches go on from it and are kept in it. */
  void openCheckpoint(CheckpointSpec checkpoint) {
    Patience patience =
        new Patience(clock, conf.get(Settings.CHECKPOINT_WRITE_TIMEOUT), owner::isStoppingAtOnce);
    CheckpointOpening opening =
        new CheckpointOpening(
            kept(checkpoint),
            conf,
            setup.engine(),
            setup.cancellation(),
            patience,
            clock,
            listeners,
            Ids::random,
            machine.threads(setup.name() + "-compaction", 1, 1));
    CheckpointJournal opened = opening.open();
    synchronized (this) {
      journal = Optional.of(opened);
    }
  }

  private KeptParts kept(CheckpointSpec checkpoint) {
    return new KeptParts(checkpoint, conf, setup.engine(), fixedPlans(), setup.graph());
  }

  /** Starts the sources, and brings them to where the journal has left them. */
  void startSources() {
    for (StreamNode<?> node : fixedPlans().neededNodes()) {
      if (node instanceof InputNode<?> input) {
        startSource(input);
      }
    }
    journal().resumeSources(List.copyOf(inputs));
  }

  private void startSource(InputNode<?> input) {
    inputs.add(input);
    try {
      input.source().start(new InputContext(input.id(), setup, clock, listeners, owner));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(input.label() + " can't start: " + e.getMessage(), e);
    }
  }

  /** The loop over all that; it has not begun. */
  BatchLoop loop(ProgressBoard progress, BatchLoop.Owner loopOwner) {
    return new BatchLoop(
        new TickSchedule(setup.batchIntervalMillis()),
        clock,
        List.copyOf(inputs),
        setup.graph().outputs(),
        fixedPlans(),
        journal(),
        FailurePolicy.of(conf),
        listeners,
        progress,
        loopOwner);
  }

  /** The plans of the graph; empty before there are any. */
  synchronized Optional<StreamPlans> plans() {
    return Optional.ofNullable(plans);
  }

  private StreamPlans fixedPlans() {
    return plans().orElseThrow(() -> new IllegalStateException("the graph has not been fixed"));
  }

  private synchronized Optional<Journal> opened() {
    return journal;
  }

  private Journal journal() {
    return opened().orElseGet(Journal.None::new);
  }

  /** Stops the sources that were started. One that hangs is left behind, and those after it. */
  void stopSources() throws InterruptedException {
    if (!inputs.isEmpty()) {
      Errand stopping =
          new Errand(setup.name() + "-sources", "the stop of a source", this::stopEachSource);
      owner.waitsFor(stopping.thread());
      stopping.start();
      stopping.await(limits.sources());
    }
  }

  private void stopEachSource() {
    for (InputNode<?> input : inputs) {
      try {
        input.source().stop();
      } catch (Throwable e) {
        LOG.error("stopping the source of {} failed", input, e);
      }
    }
  }

  /** Lets go of the journal and of the plans. */
  void close() {
    opened().ifPresent(this::close);
    plans().ifPresent(StreamPlans::close);
  }

  /** Its storage or a sink may hold the end up, and with it whoever waits for the context. */
  private void close(Journal opened) {
    Errand closing =
        new Errand(setup.name() + "-checkpoint", "the end of the checkpoint", opened::close);
    closing.start();
    try {
      closing.await(limits.checkpoint());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while the checkpoint of {} was closed", setup.name(), e);
    }
  }
}
