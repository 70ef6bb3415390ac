package io.millrace.internal.scheduler;

import io.millrace.CorruptionException;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointPlan;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells what {@link CheckpointOpening} would do. Claims and writes nothing, and opens no sink: a
 * driver may be at work on the checkpoint.
 */
final class CheckpointPlanning {

  private final KeptParts parts;
  private final StorageWatch watch;
  private final Supplier<UUID> newId;

  CheckpointPlanning(KeptParts parts, StorageWatch watch, Supplier<UUID> newId) {
    this.parts = parts;
    this.watch = watch;
    this.newId = newId;
  }

  /**
   * @param starting starts a source, which somebody else stops
   */
  CheckpointPlan plan(Consumer<InputNode<?>> starting) {
    List<String> refusals = new ArrayList<>();
    parts.misfit().ifPresent(refusals::add);
    CheckpointState state = CheckpointState.EMPTY;
    Map<String, String> failures = new HashMap<>();
    UUID id = newId.get(); // of a checkpoint that would begin
    try {
      Optional<CheckpointStorage> reading = parts.spec().reading().get();
      if (reading.isPresent()) {
        try (CheckpointStorage storage = reading.get()) {
          state = Checkpoint.read(storage);
          id = Checkpoint.idOf(storage).orElse(id);
          StatePlace place = parts.place(storage);
          failures.putAll(tryStates(state, place));
          failures.putAll(
              trySources(state, Optional.of(new SourceReplays(parts.ids(), place)), starting));
        }
      } else {
        failures.putAll(trySources(state, Optional.empty(), starting));
      }
      checkSinks(id, refusals);
    } catch (IOException | CheckpointException e) {
      refusals.add("the checkpoint can't be read: " + e.getMessage());
    }
    return new CheckpointPlan(
        parts.spec().location(),
        state.lastBatch(),
        openBatch(state),
        parts.upgrade(state).entries().stream()
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
  private Map<String, String> tryStates(CheckpointState state, StatePlace place) {
    Upgrade upgrade = parts.upgrade(state);
    Map<String, String> failures = new HashMap<>();
    for (CheckpointPlan.Entry entry : upgrade.entries()) {
      boolean goesOn =
          entry.verdict() == CheckpointPlan.Verdict.KEPT
              || entry.verdict() == CheckpointPlan.Verdict.REBUILT;
      for (StreamNode<?> node : parts.plans().states().all().keySet()) {
        if (goesOn && parts.ids().ofNode(node).equals(entry.id())) {
          try {
            parts.restore(node, state, place);
          } catch (CheckpointException e) {
            failures.put(entry.id(), String.valueOf(e.getMessage()));
          }
        }
      }
    }
    return failures;
  }

  private void checkSinks(UUID checkpoint, List<String> refusals) {
    for (SinkBinding binding : parts.sinks()) {
      try {
        SinkSessions.check(
            checkpoint.toString(), parts.ids().ofSink(binding), binding.sink(), watch);
      } catch (CheckpointException e) {
        refusals.add(String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * By id, why sources can't go on. Those that can't be read again are left alone.
   *
   * @param replays of the checkpoint, if there is one
   */
  private Map<String, String> trySources(
      CheckpointState state, Optional<SourceReplays> replays, Consumer<InputNode<?>> starting) {
    Map<String, String> failures = new HashMap<>();
    for (StreamNode<?> node : parts.plans().neededNodes()) {
      if (node instanceof InputNode<?> input && input.source().replay().isPresent()) {
        try {
          input.source().check();
          starting.accept(input);
          if (replays.isPresent()) {
            goOn(input, state, replays.get());
          }
        } catch (Exception e) {
          failures.put(
              parts.ids().ofNode(node), e.getMessage() == null ? e.toString() : e.getMessage());
        }
      }
    }
    return failures;
  }

  private void goOn(InputNode<?> input, CheckpointState state, SourceReplays sources)
      throws Exception {
    sources.restore(input, state);
    if (state.open().isPresent()) {
      sources.range(
          input, state.open().get(), new PlannedGivenUp(parts, state, state.open().get().batch()));
    }
  }

  /** Decides as a start would, and writes nothing. */
  private static final class PlannedGivenUp implements SourceReplays.GivenUpInputs {

    private final KeptParts parts;
    private final long batch;
    private CheckpointState state;

    PlannedGivenUp(KeptParts parts, CheckpointState state, long batch) {
      this.parts = parts;
      this.state = state;
      this.batch = batch;
    }

    @Override
    public List<Fact.GivenUp> of(InputNode<?> input) {
      return state.givenUpOf(parts.ids().ofNode(input));
    }

    @Override
    public void decide(InputNode<?> input, UnreadableInputException unreadable) {
      parts.recordedInputPolicy().requireSkipped(input, batch, unreadable);
      String id = parts.ids().ofNode(input);
      Fact.GivenUp decided =
          new Fact.GivenUp(
              batch, id, List.of(unreadable.input()), false, state.lastMillis(), false, "");
      try {
        state = state.with(decided, 0);
      } catch (CorruptionException e) {
        throw new IllegalStateException("the batch is open", e);
      }
    }

    @Override
    public CheckpointException gone(InputNode<?> input, Exception failure) {
      return parts.recordedInputPolicy().gone(input, batch, failure);
    }
  }

  private Optional<CheckpointPlan.OpenBatch> openBatch(CheckpointState state) {
    Set<String> present = new TreeSet<>();
    parts.sinks().forEach(binding -> present.add(parts.ids().ofSink(binding)));
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
                    parts.presentParallelism(),
                    List.copyOf(mayHave)));
  }
}
