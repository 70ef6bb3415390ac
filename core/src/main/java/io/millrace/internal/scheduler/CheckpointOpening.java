package io.millrace.internal.scheduler;

import io.millrace.BatchFailure;
import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.sink.Marker;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Clock;
import io.millrace.spi.Engine;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamGraph;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a checkpoint for a program: claims it, fences its sinks, completes the open batch if a sink
 * has it already, and fills states and windows.
 */
final class CheckpointOpening {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointOpening.class);

  private static final String GIVES_UP_FAILED_BATCHES =
      Settings.BATCH_FAILURE.key()
          + "=continue gives up the input of failed batches, and a checkpoint promises that nothing"
          + " is lost: use one or the other";

  private final CheckpointSpec spec;
  private final Conf conf;
  private final Engine engine;
  private final Cancellation cancellation;
  private final StreamPlans plans;
  private final StreamGraph graph;
  private final StreamIds ids;
  private final Patience patience;
  private final Clock clock;
  private final ListenerBus listeners;
  private final Supplier<UUID> newId;
  private final Executor background;

  CheckpointOpening(
      CheckpointSpec spec,
      Conf conf,
      Engine engine,
      Cancellation cancellation,
      StreamPlans plans,
      StreamGraph graph,
      Patience patience,
      Clock clock,
      ListenerBus listeners,
      Supplier<UUID> newId,
      Executor background) {
    this.spec = spec;
    this.conf = conf;
    this.engine = engine;
    this.cancellation = cancellation;
    this.plans = plans;
    this.graph = graph;
    this.ids = new StreamIds(plans.neededNodes(), graph.outputs());
    this.patience = patience;
    this.clock = clock;
    this.listeners = listeners;
    this.newId = newId;
    this.background = background;
  }

  /**
   * Opens the checkpoint.
   *
   * @throws CheckpointException if it can't be opened, or does not fit the program
   */
  CheckpointJournal open() {
    requireFit();
    long startNanos = clock.nanoTime();
    CheckpointStorage storage = spec.storage().get();
    try {
      CheckpointJournal journal = open(storage);
      listeners.post(journal.opened(clock.nanoTime() - startNanos));
      return journal;
    } catch (Throwable e) {
      try {
        storage.close();
      } catch (IOException | RuntimeException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof IOException failure) {
        throw new CheckpointException(
            "the checkpoint "
                + spec.location()
                + " can't be opened: "
                + failure.getMessage()
                + (Patience.mayPass(failure)
                    ? ". See that it can be reached, make it writable for this program and give it"
                        + " room, then start again"
                    : ""),
            failure);
      }
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a checked exception escaped the opening of a checkpoint", e);
  }

  private boolean givesUpFailedBatches() {
    return conf.get(Settings.BATCH_FAILURE) == BatchFailure.CONTINUE;
  }

  /** Refuses programs that can't keep what a checkpoint promises. */
  private void requireFit() {
    if (givesUpFailedBatches()) {
      throw new CheckpointException(GIVES_UP_FAILED_BATCHES);
    }
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input && input.source().replay().isEmpty()) {
        Upgrade.misfit(input)
            .ifPresent(
                reason -> {
                  throw new CheckpointException(reason);
                });
        LOG.warn(
            "{} keeps what it receives in memory: what no batch has committed is lost with the"
                + " process",
            node);
      }
    }
  }

  private CheckpointJournal open(CheckpointStorage storage) throws IOException {
    Checkpoint checkpoint =
        Checkpoint.claim(
            storage,
            newId,
            conf.get(Settings.CHECKPOINT_RETAINED_BATCHES),
            identity -> engine.requireReachable(storage, identity));
    LOG.info(
        "checkpoint {} of {} is claimed as epoch {}; the last committed batch is {}",
        checkpoint.id(),
        spec.location(),
        checkpoint.epoch(),
        checkpoint.state().lastBatch());
    StatePlace place = place(storage);
    SinkSessions sinks =
        new SinkSessions(checkpoint.id().toString(), checkpoint.epoch(), checkpoint.owner());
    try {
      Stager stager =
          new Stager(engine, cancellation, place, ids, checkpoint, patience, bindings().size());
      upgrade(checkpoint.state()).requireAccepted();
      bindings().forEach(binding -> sinks.open(ids.ofSink(binding), binding.sink()));
      completeOpenBatch(checkpoint, sinks, stager);
      // Not before: the batch that was completed may bring back what goes.
      Upgrade upgrade = upgrade(checkpoint.state());
      upgrade.requireAccepted();
      drop(upgrade.dropped(), checkpoint);
      checkpoint.state().open().ifPresent(this::useRecordedParallelism);
      WindowBlocks windows = new WindowBlocks(engine, cancellation, place, windows(), patience);
      restore(checkpoint, upgrade, place);
      windows.restore(plans, checkpoint.state());
      plans.states().writeTo(place, () -> checkpoint.newName("s"));
      return new CheckpointJournal(
          checkpoint,
          ids,
          place,
          sinks,
          stager,
          windows,
          new Compactor(states(), place, background),
          patience,
          clock,
          listeners,
          graph.parallelism(),
          presentParallelism());
    } catch (Throwable e) {
      sinks.close();
      throw e;
    }
  }

  /** The batch that runs again has as many partitions as the first time. */
  private void useRecordedParallelism(Fact.Planned planned) {
    if (planned.parallelism() != presentParallelism()) {
      LOG.info(
          "batch {} runs again with the {} partitions by default that it was planned with, not {}",
          planned.batch(),
          planned.parallelism(),
          presentParallelism());
      graph.parallelism().use(planned.parallelism());
      plans.states().reopen();
    }
  }

  private int presentParallelism() {
    return conf.find(Settings.DEFAULT_PARALLELISM).orElseGet(engine::defaultParallelism);
  }

  private StatePlace place(CheckpointStorage storage) {
    return new StatePlace(
        storage, spec.codecs(), conf.get(Settings.CHECKPOINT_MAX_INLINE_BYTES).intValue());
  }

  private List<SinkBinding> bindings() {
    List<SinkBinding> bindings = new ArrayList<>();
    graph.outputs().forEach(output -> bindings.addAll(output.sinks()));
    return bindings;
  }

  /** The plain windows; of several that share a name, as one stream's may, the longest. */
  private List<WindowBlocks.Reach> windows() {
    Map<String, WindowBlocks.Reach> windows = new LinkedHashMap<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof WindowNode<?> window) {
        WindowBlocks.Reach reach =
            new WindowBlocks.Reach(
                ids.ofNode(window), window.parent(), window.span().lengthMillis());
        windows.merge(reach.id(), reach, (a, b) -> a.lengthMillis() >= b.lengthMillis() ? a : b);
      }
    }
    return List.copyOf(windows.values());
  }

  private Map<String, KeyedState> states() {
    Map<String, KeyedState> byId = new HashMap<>();
    plans.states().all().forEach((node, state) -> byId.put(ids.ofNode(node), state));
    return byId;
  }

  private Upgrade upgrade(CheckpointState state) {
    return new Upgrade(state, plans, ids, bindings(), spec);
  }

  private void drop(Set<String> ids, Checkpoint checkpoint) {
    if (!ids.isEmpty()) {
      LOG.warn("the checkpoint drops {}", ids);
      patience.write(
          "what was dropped",
          () -> {
            checkpoint.append(List.of(new Fact.Dropped(List.copyOf(ids))));
            return true;
          });
    }
  }

  /** If a sink has the open batch, all get it, as it was run then; its changes count. */
  private void completeOpenBatch(Checkpoint checkpoint, SinkSessions sinks, Stager stager) {
    CheckpointState state = checkpoint.state();
    OptionalLong epoch = sinks.compare(state);
    if (epoch.isEmpty()) {
      return;
    }
    Fact.Prepared attempt = state.attempts().get(epoch.getAsLong());
    if (attempt == null) {
      throw new IllegalStateException("no attempt of epoch " + epoch.getAsLong());
    }
    Marker marker = new Marker(attempt.batch(), epoch.getAsLong());
    LOG.info(
        "batch {} was run by epoch {} and has reached a sink; it is completed",
        marker.batch(),
        marker.epoch());
    attempt
        .staged()
        .forEach(
            (id, files) -> {
              if (!sinks.has(id)) {
                LOG.warn("output {} was dropped and does not get batch {}", id, marker.batch());
                return;
              }
              try {
                sinks.commit(id, marker, stager.rows(files));
              } catch (Exception e) {
                throw e instanceof RuntimeException unchecked
                    ? unchecked
                    : new CheckpointException(e.toString(), e);
              }
            });
    patience.write(
        "the end of batch " + marker.batch(),
        () -> {
          checkpoint.append(List.of(new Fact.Committed(marker.batch(), marker.epoch())));
          return true;
        });
  }

  private void restore(Checkpoint checkpoint, Upgrade upgrade, StatePlace place) {
    for (StreamNode<?> node : plans.states().all().keySet()) {
      String id = ids.ofNode(node);
      if (upgrade.beginsEmpty(id)) {
        LOG.warn("the state of {} begins empty, as allowDrop says", node);
        drop(Set.of(id), checkpoint);
      } else {
        restore(node, checkpoint.state(), place);
      }
    }
  }

  private void restore(StreamNode<?> node, CheckpointState state, StatePlace place) {
    CheckpointState.StateContents contents = state.states().get(ids.ofNode(node));
    if (contents != null) {
      try {
        plans.states().restore(node, place, contents.form(), contents.files());
      } catch (RuntimeException e) {
        throw new CheckpointException(
            "the state of " + node + " can't be restored: " + e.getMessage(), e);
      }
    }
  }

  /**
   * Tells what {@link #open} would do. Claims and writes nothing, and opens no sink.
   *
   * @param starting starts a source, which somebody else stops
   */
  CheckpointPlan plan(Consumer<InputNode<?>> starting) {
    List<String> refusals = new ArrayList<>();
    if (givesUpFailedBatches()) {
      refusals.add(GIVES_UP_FAILED_BATCHES);
    }
    CheckpointState state = CheckpointState.EMPTY;
    Map<String, String> failures = new HashMap<>();
    try {
      Optional<CheckpointStorage> reading = spec.reading().get();
      if (reading.isPresent()) {
        try (CheckpointStorage storage = reading.get()) {
          state = Checkpoint.read(storage);
          failures.putAll(tryStates(state, storage));
        }
      }
      failures.putAll(trySources(state, starting));
    } catch (IOException | CheckpointException e) {
      refusals.add("the checkpoint can't be read: " + e.getMessage());
    }
    return new CheckpointPlan(
        spec.location(),
        state.lastBatch(),
        openBatch(state),
        upgrade(state).entries().stream()
            .map(entry -> failures.containsKey(entry.id()) ? refused(entry, failures) : entry)
            .toList(),
        refusals);
  }

  private static CheckpointPlan.Entry refused(
      CheckpointPlan.Entry entry, Map<String, String> failures) {
    return new CheckpointPlan.Entry(
        entry.kind(),
        entry.id(),
        CheckpointPlan.Verdict.REFUSED,
        Objects.requireNonNull(failures.get(entry.id())));
  }

  /** By id, why states can't be read. */
  private Map<String, String> tryStates(CheckpointState state, CheckpointStorage storage) {
    StatePlace place = place(storage);
    Upgrade upgrade = upgrade(state);
    Map<String, String> failures = new HashMap<>();
    for (CheckpointPlan.Entry entry : upgrade.entries()) {
      boolean goesOn =
          entry.verdict() == CheckpointPlan.Verdict.KEPT
              || entry.verdict() == CheckpointPlan.Verdict.REBUILT;
      for (StreamNode<?> node : plans.states().all().keySet()) {
        if (goesOn && ids.ofNode(node).equals(entry.id())) {
          try {
            restore(node, state, place);
          } catch (CheckpointException e) {
            failures.put(entry.id(), String.valueOf(e.getMessage()));
          }
        }
      }
    }
    return failures;
  }

  /** By id, why sources can't go on. Those that can't be read again are left alone. */
  private Map<String, String> trySources(CheckpointState state, Consumer<InputNode<?>> starting) {
    SourceReplays sources = new SourceReplays(ids, new DurableValues(spec.codecs()));
    Map<String, String> failures = new HashMap<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input && input.source().replay().isPresent()) {
        try {
          starting.accept(input);
          sources.restore(input, state);
          if (state.open().isPresent()) {
            sources.range(input, state.open().get());
          }
        } catch (Exception e) {
          failures.put(ids.ofNode(node), e.getMessage() == null ? e.toString() : e.getMessage());
        }
      }
    }
    return failures;
  }

  private Optional<CheckpointPlan.OpenBatch> openBatch(CheckpointState state) {
    Set<String> present = new TreeSet<>();
    bindings().forEach(binding -> present.add(ids.ofSink(binding)));
    Set<String> mayHave = new TreeSet<>();
    state.attempts().values().forEach(attempt -> mayHave.addAll(attempt.staged().keySet()));
    mayHave.retainAll(present);
    return state
        .open()
        .map(
            planned ->
                new CheckpointPlan.OpenBatch(
                    planned.batch(),
                    Instant.ofEpochMilli(planned.timeMillis()),
                    mayHave.isEmpty()
                        ? CheckpointPlan.Fate.RUN_AGAIN
                        : CheckpointPlan.Fate.ASKS_OUTPUTS,
                    planned.parallelism(),
                    presentParallelism(),
                    List.copyOf(mayHave)));
  }
}
