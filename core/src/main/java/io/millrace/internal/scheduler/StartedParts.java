package io.millrace.internal.scheduler;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.system.Ids;
import io.millrace.internal.system.LocalMachine;
import io.millrace.spi.Clock;
import io.millrace.spi.Machine;
import io.millrace.spi.state.StateLimits;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.StreamRuntimeProvider;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.StreamNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
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

    /** Whether somebody wants the context to stop. */
    boolean isStopping();

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
  private final Patience patience;
  private final StorageWatch watch;
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
    Duration writeTimeout = conf.get(Settings.CHECKPOINT_WRITE_TIMEOUT);
    this.patience =
        new Patience(
            clock,
            writeTimeout,
            owner::isStoppingAtOnce,
            machine.threads(setup.name() + "-log", 1, 1));
    this.watch =
        new StorageWatch(clock, writeTimeout, conf.get(Settings.SINK_TIMEOUT), patience::writing);
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
            conf.get(Settings.UNPERSIST),
            conf.get(Settings.WINDOW_CATCH_UP));
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
    return new CheckpointPlanning(kept(checkpoint), watch, Ids::random).plan(this::startSource);
  }

  /**
   * Opens the checkpoint, so that batches go on from it and are kept in it.
   *
   * @throws CheckpointException also if its storage does not answer, or does not when the context
   *     is stopped
   */
  void openCheckpoint(CheckpointSpec checkpoint) {
    CheckpointOpening opening =
        new CheckpointOpening(
            kept(watched(checkpoint)),
            conf,
            setup.engine(),
            setup.cancellation(),
            patience,
            watch,
            clock,
            listeners,
            Ids::random,
            machine.threads(setup.name() + "-background", 1, CheckpointOpening.BACKGROUND_TASKS));
    Journal opened =
        attend(
            new Errand<>(
                setup.name() + "-opening",
                "the opening of the checkpoint " + checkpoint.location(),
                opening::open,
                Journal::close));
    synchronized (this) {
      journal = Optional.of(opened);
    }
  }

  private CheckpointSpec watched(CheckpointSpec checkpoint) {
    return new CheckpointSpec(
        checkpoint.location(),
        () -> watch.open(checkpoint.storage(), checkpoint.location()),
        checkpoint.reading(),
        checkpoint.codecs(),
        checkpoint.allowedDrops());
  }

  /**
   * Waits for a step of the start that uses the checkpoint's storage. If that hangs, the step ends
   * with the start; and if the context is to be stopped, the step has as long to come to its end as
   * what was cancelled has.
   */
  private <T> T attend(Errand<T> step) {
    owner.waitsFor(step.thread());
    step.start();
    OptionalLong stoppingSince = OptionalLong.empty();
    while (true) {
      Optional<CheckpointException> reason;
      try {
        Optional<T> result = step.poll(limits.look());
        if (result.isPresent()) {
          return result.get();
        }
        reason = watch.look();
        if (owner.isStopping() && stoppingSince.isEmpty()) {
          stoppingSince = OptionalLong.of(clock.nanoTime());
        }
        if (reason.isEmpty() && hasPassed(limits.cancellation(), stoppingSince)) {
          reason = Optional.of(stopped(step));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reason = Optional.of(new CheckpointException("interrupted during " + step.what(), e));
      }
      // The next poll throws the reason, or returns what has come after all.
      if (reason.isPresent() && step.giveUp(reason.get())) {
        leaveBehind(step, reason.get());
      }
    }
  }

  private boolean hasPassed(Duration limit, OptionalLong sinceNanos) {
    return sinceNanos.isPresent() && clock.nanoTime() - sinceNanos.getAsLong() >= limit.toNanos();
  }

  private CheckpointException stopped(Errand<?> step) {
    IllegalStateException where = new IllegalStateException("the start hangs here");
    where.setStackTrace(step.thread().getStackTrace());
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "the streaming context %s was stopped while it started, and did not come to the end of"
                + " %s within %s s: the cause shows where it hangs. It has run no batch; start anew"
                + " when that answers again",
            setup.name(),
            step.what(),
            limits.cancellation().toSeconds()),
        where);
  }

  /** What the step has begun is as after a crash; it can't go on with the storage. */
  private void leaveBehind(Errand<?> step, CheckpointException reason) {
    watch.giveUp(reason);
    setup.cancellation().cancel();
    try {
      step.await(limits.cancellation());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Looks whether the checkpoint's storage answers; to be called now and then.
   *
   * @return why it is given up, if it is
   */
  Optional<CheckpointException> look() {
    return watch.look();
  }

  /** Lets nobody who was left behind go on with the checkpoint. */
  void abandonCheckpoint() {
    watch.giveUp(
        new CheckpointException("the streaming context has stopped without waiting for all of it"));
  }

  private KeptParts kept(CheckpointSpec checkpoint) {
    return new KeptParts(checkpoint, conf, setup.engine(), fixedPlans(), setup.graph());
  }

  /** Starts the sources, and brings them to where the journal has left them. */
  void startSources() {
    if (opened().isEmpty()) {
      CheckpointOpening.checkSources(fixedPlans());
    }
    for (StreamNode<?> node : fixedPlans().neededNodes()) {
      if (node instanceof InputNode<?> input) {
        startSource(input);
      }
    }
    opened().ifPresent(this::resumeSources);
  }

  private void resumeSources(Journal opened) {
    attend(
        Errand.of(
            setup.name() + "-opening",
            "bringing the sources to where the checkpoint has them",
            () -> opened.resumeSources(List.copyOf(inputs))));
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
    long intervalMillis = setup.batchIntervalMillis();
    TickSchedule schedule =
        new TickSchedule(intervalMillis, conf.get(Settings.MERGE_TICKS_AFTER).toMillis());
    BatchReport report =
        new BatchReport(
            setup.name(), intervalMillis, conf.get(Settings.LOG_SUMMARY), clock.nanoTime());
    return new BatchLoop(
        schedule,
        BatchClock.resumed(
            clock, journal().lastMillis(), intervalMillis, conf.get(Settings.MAX_CLOCK_JUMP)),
        report,
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
      Errand<Boolean> stopping =
          Errand.of(setup.name() + "-sources", "the stop of a source", this::stopEachSource);
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
    try {
      opened().ifPresent(this::close);
    } finally {
      plans().ifPresent(StreamPlans::close);
    }
  }

  /** Its storage or a sink may hold the end up, and with it whoever waits for the context. */
  private void close(Journal opened) {
    Errand<Boolean> closing =
        Errand.of(setup.name() + "-checkpoint", "the end of the checkpoint", opened::close);
    closing.start();
    try {
      closing.await(limits.checkpoint());
      closing.poll(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("interrupted while the checkpoint of {} was closed", setup.name(), e);
    }
  }
}
