package io.millrace.internal.scheduler;

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
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamNode;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
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

  /**
   * How many tasks may wait for the thread in the background: one merges files of states, one
   * deletes, and the others are of sinks, which try again if there is no room.
   */
  static final int BACKGROUND_TASKS = 16;

  private final KeptParts parts;
  private final Conf conf;
  private final Engine engine;
  private final Cancellation cancellation;
  private final Patience patience;
  private final StorageWatch watch;
  private final Clock clock;
  private final ListenerBus listeners;
  private final Supplier<UUID> newId;
  private final Executor background;

  /**
   * @param background runs one task at a time, while {@value #BACKGROUND_TASKS} wait
   */
  CheckpointOpening(
      KeptParts parts,
      Conf conf,
      Engine engine,
      Cancellation cancellation,
      Patience patience,
      StorageWatch watch,
      Clock clock,
      ListenerBus listeners,
      Supplier<UUID> newId,
      Executor background) {
    this.parts = parts;
    this.conf = conf;
    this.engine = engine;
    this.cancellation = cancellation;
    this.patience = patience;
    this.watch = watch;
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
    checkSources(parts.plans());
    long startNanos = clock.nanoTime();
    CheckpointStorage storage = parts.spec().storage().get();
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
                + parts.spec().location()
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

  /** Refuses programs that can't keep what a checkpoint promises. */
  private void requireFit() {
    parts
        .misfit()
        .ifPresent(
            reason -> {
              throw new CheckpointException(reason);
            });
    for (StreamNode<?> node : parts.plans().neededNodes()) {
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

  /** Before anything is claimed, for a start that is refused must not stop another driver. */
  static void checkSources(StreamPlans plans) {
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input) {
        try {
          input.source().check();
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(input.label() + " can't start: " + e.getMessage(), e);
        }
      }
    }
  }

  private CheckpointJournal open(CheckpointStorage storage) throws IOException {
    Checkpoint checkpoint =
        Checkpoint.claim(
            storage, newId, conf.get(Settings.CHECKPOINT_RETAINED_BATCHES), admission(storage));
    LOG.info(
        "checkpoint {} of {} is claimed as epoch {}; the last committed batch is {}",
        checkpoint.id(),
        parts.spec().location(),
        checkpoint.epoch(),
        checkpoint.state().lastBatch());
    patience.probeBy(checkpoint::requirePresent);
    StatePlace place = parts.place(storage);
    SinkSessions sinks =
        new SinkSessions(
            checkpoint.id().toString(), checkpoint.epoch(), checkpoint.owner(), watch, background);
    try {
      Stager stager =
          new Stager(
              engine, cancellation, place, parts.ids(), checkpoint, patience, parts.sinks().size());
      parts.sinks().forEach(binding -> sinks.open(parts.ids().ofSink(binding), binding.sink()));
      completeOpenBatch(checkpoint, sinks, stager);
      // Not before: the batch that was completed may bring back what goes.
      Upgrade upgrade = parts.upgrade(checkpoint.state());
      upgrade.requireAccepted();
      drop(upgrade.dropped(), checkpoint);
      checkpoint.state().open().ifPresent(this::useRecordedParallelism);
      WindowBlocks windows =
          new WindowBlocks(engine, cancellation, place, parts.windows(), patience);
      restore(checkpoint, upgrade, place);
      windows.restore(parts.plans(), checkpoint.state());
      parts.plans().states().writeTo(place, () -> checkpoint.newName("s"));
      return new CheckpointJournal(
          checkpoint,
          parts,
          place,
          sinks,
          stager,
          windows,
          new Compactor(parts.states(), place, background),
          new CleanUp(storage, background),
          patience,
          clock,
          listeners);
    } catch (Throwable e) {
      sinks.close();
      throw e;
    }
  }

  /** A start that is refused must not stop the driver that works on the checkpoint. */
  private Checkpoint.Admission admission(CheckpointStorage storage) {
    return new Checkpoint.Admission() {
      @Override
      public void checkUse(UUID checkpointId) {
        for (SinkBinding binding : parts.sinks()) {
          SinkSessions.check(
              checkpointId.toString(), parts.ids().ofSink(binding), binding.sink(), watch);
        }
      }

      @Override
      public void checkPlace(String identity) throws IOException {
        engine.requireReachable(storage, identity);
      }

      @Override
      public void checkState(CheckpointState state) {
        parts.upgrade(state).requireAccepted();
      }
    };
  }

  /** The batch that runs again has as many partitions as the first time. */
  private void useRecordedParallelism(Fact.Planned planned) {
    if (planned.parallelism() != parts.presentParallelism()) {
      LOG.info(
          "batch {} runs again with the {} partitions by default that it was planned with, not {}",
          planned.batch(),
          planned.parallelism(),
          parts.presentParallelism());
      parts.useParallelismOf(planned);
    }
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
    for (StreamNode<?> node : parts.plans().states().all().keySet()) {
      String id = parts.ids().ofNode(node);
      if (upgrade.beginsEmpty(id)) {
        LOG.warn("the state of {} begins empty, as allowDrop says", node);
        drop(Set.of(id), checkpoint);
      } else {
        parts.restore(node, checkpoint.state(), place);
      }
    }
  }
}
