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
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a checkpoint for a program: claims it, fences its sinks, completes the open batch if a sink
 * has it already, and fills states and windows.
 */
final class CheckpointOpening {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointOpening.class);

  private final CheckpointSpec spec;
  private final Conf conf;
  private final Engine engine;
  private final Cancellation cancellation;
  private final StreamPlans plans;
  private final List<Output> outputs;
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
      List<Output> outputs,
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
    this.outputs = outputs;
    this.ids = new StreamIds(plans.neededNodes(), outputs);
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
            "the checkpoint " + spec.location() + " can't be opened: " + failure.getMessage(),
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

  /** Refuses programs that can't keep what a checkpoint promises. */
  private void requireFit() {
    if (conf.get(Settings.BATCH_FAILURE) == BatchFailure.CONTINUE) {
      throw new CheckpointException(
          Settings.BATCH_FAILURE.key()
              + "=continue gives up the input of failed batches, and a checkpoint promises that"
              + " nothing is lost: use one or the other");
    }
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input && input.source().replay().isEmpty()) {
        if (!input.source().mayLose()) {
          throw new CheckpointException(
              node
                  + " can't be read again after a restart, so a program with it can't keep a"
                  + " checkpoint: use a source that can, such as textFileStream");
        }
        LOG.warn(
            "{} keeps what it receives in memory: what no batch has committed is lost with the"
                + " process",
            node);
      }
    }
  }

  private CheckpointJournal open(CheckpointStorage storage) throws IOException {
    Checkpoint checkpoint =
        Checkpoint.claim(storage, newId, conf.get(Settings.CHECKPOINT_RETAINED_BATCHES));
    LOG.info(
        "checkpoint {} of {} is claimed as epoch {}; the last committed batch is {}",
        checkpoint.id(),
        spec.location(),
        checkpoint.epoch(),
        checkpoint.state().lastBatch());
    StatePlace place =
        new StatePlace(
            storage, spec.codecs(), conf.get(Settings.CHECKPOINT_MAX_INLINE_BYTES).intValue());
    SinkSessions sinks =
        new SinkSessions(checkpoint.id().toString(), checkpoint.epoch(), checkpoint.owner());
    try {
      Map<StreamNode<?>, String> windowed = windowed();
      Stager stager =
          new Stager(engine, cancellation, place, ids, checkpoint, patience, bindings().size());
      Set<String> dropped = refuseUnknown(checkpoint.state());
      bindings().forEach(binding -> sinks.open(ids.ofSink(binding), binding.sink()));
      completeOpenBatch(checkpoint, sinks, stager);
      // Not before: the batch that was completed may bring them back.
      drop(dropped, checkpoint);
      WindowBlocks windows =
          new WindowBlocks(engine, cancellation, place, windowed, plans.windowed(), patience);
      restore(checkpoint.state(), place);
      windows.restore(plans, checkpoint.state());
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
          engine.defaultParallelism());
    } catch (Throwable e) {
      sinks.close();
      throw e;
    }
  }

  private List<SinkBinding> bindings() {
    List<SinkBinding> bindings = new ArrayList<>();
    outputs.forEach(output -> bindings.addAll(output.sinks()));
    return bindings;
  }

  /** The streams that windows read, by the id of the first window over each. */
  private Map<StreamNode<?>, String> windowed() {
    Map<StreamNode<?>, String> windowed = new LinkedHashMap<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof WindowNode<?> window) {
        windowed.putIfAbsent(window.parent(), ids.ofNode(window));
      }
    }
    return windowed;
  }

  private Map<String, KeyedState> states() {
    Map<String, KeyedState> byId = new HashMap<>();
    plans.states().all().forEach((node, state) -> byId.put(ids.ofNode(node), state));
    return byId;
  }

  /**
   * Refuses a program that lacks what the checkpoint has, unless it says that this may go.
   *
   * @return the ids of what goes
   */
  private Set<String> refuseUnknown(CheckpointState state) {
    Set<String> known = new HashSet<>();
    plans.neededNodes().forEach(node -> known.add(ids.ofNode(node)));
    bindings().forEach(binding -> known.add(ids.ofSink(binding)));
    Set<String> missing = new TreeSet<>(state.ids());
    missing.removeAll(known);
    Set<String> refused = new TreeSet<>(missing);
    refused.removeAll(spec.allowedDrops());
    if (!refused.isEmpty()) {
      throw new CheckpointException(
          String.format(
              "the checkpoint %s has what the program does not have any more: %s. If that is meant,"
                  + " say allowDrop(%s) on the streaming context; if it was renamed, give it back its"
                  + " name by .uid(...). The program has: %s",
              spec.location(),
              String.join(", ", refused),
              String.join(", ", refused.stream().map(id -> '"' + id + '"').toList()),
              String.join(", ", new TreeSet<>(known))));
    }
    state
        .open()
        .ifPresent(
            planned -> {
              Set<String> sources = new TreeSet<>(planned.ranges().keySet());
              sources.removeAll(known);
              if (!sources.isEmpty()) {
                throw new CheckpointException(
                    String.format(
                        "batch %d is planned with input of %s, which the program does not have: run"
                            + " the program that has it until the batch is done, then leave it out",
                        planned.batch(), String.join(", ", sources)));
              }
            });
    return missing;
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

  private void restore(CheckpointState state, StatePlace place) {
    plans
        .states()
        .all()
        .keySet()
        .forEach(
            node -> {
              CheckpointState.StateContents contents = state.states().get(ids.ofNode(node));
              if (contents == null) {
                return;
              }
              try {
                plans.states().restore(node, place, contents.form(), contents.files());
              } catch (RuntimeException e) {
                throw new CheckpointException(
                    "the state of " + node + " can't be restored: " + e.getMessage(), e);
              }
            });
  }
}
