package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.BatchKind;
import io.millrace.internal.checkpoint.Checkpoint;
import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.sink.Marker;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.Clock;
import io.millrace.spi.checkpoint.FencedException;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointInfo;
import io.millrace.stream.CheckpointPhase;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointOpened;
import io.millrace.stream.StreamingListenerEvent.StreamingListenerCheckpointPhase;
import io.millrace.stream.graph.DefaultParallelism;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.Staging;
import io.millrace.stream.graph.StreamNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches as a checkpoint keeps them. For each: its plan is written while states advance, and
 * durable before an output runs; what it changed is durable before the first sink commits; the
 * batch is final once that is in the log, after the last sink has.
 *
 * <p>A batch without input is planned, before its first output, if it has changed a state or fires
 * a window that holds a recorded batch. One that leaves something else to commit is planned with
 * that; the others write nothing.
 */
final class CheckpointJournal implements Journal {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointJournal.class);

  /** How many numbers of batches that leave nothing are set aside at a time. */
  private static final int NUMBERS_AT_A_TIME = 100;

  private final Checkpoint checkpoint;
  private final CheckpointPresence presence;
  private final StreamIds ids;
  private final StatePlace place;
  private final SourceReplays sources;
  private final SinkSessions sinks;
  private final Stager stager;
  private final WindowBlocks windows;
  private final Compactor compactor;
  private final CleanUp cleanUp;
  private final Patience patience;
  private final Clock clock;
  private final ListenerBus listeners;
  private final RecordedInputPolicy unreadableInputs;
  private final DefaultParallelism parallelism;
  private final int presentParallelism;
  private Optional<RecordedBatch> open = Optional.empty();

  /** The last batch that was begun. */
  private long lastBegun;

  /** What says so in the log, as long as nobody has waited for it. */
  private Optional<Beginning> beginning = Optional.empty();

  /** Whether the open batch is in the log, or on its way there. */
  private boolean isPlanned;

  /** What the open batch has changed of states, if it was written before the outputs ran. */
  private Optional<Map<String, Fact.StateChange>> changes = Optional.empty();

  private record Beginning(String what, ForwardWrite write) {}

  CheckpointJournal(
      Checkpoint checkpoint,
      KeptParts parts,
      StatePlace place,
      SinkSessions sinks,
      Stager stager,
      WindowBlocks windows,
      Compactor compactor,
      CleanUp cleanUp,
      Patience patience,
      Clock clock,
      ListenerBus listeners) {
    this.checkpoint = checkpoint;
    this.presence = new CheckpointPresence(checkpoint, clock);
    this.ids = parts.ids();
    this.place = place;
    this.sources = new SourceReplays(ids, place);
    this.sinks = sinks;
    this.stager = stager;
    this.windows = windows;
    this.compactor = compactor;
    this.cleanUp = cleanUp;
    this.patience = patience;
    this.clock = clock;
    this.listeners = listeners;
    this.unreadableInputs = parts.recordedInputPolicy();
    this.parallelism = parts.parallelism();
    this.presentParallelism = parts.presentParallelism();
  }

  /** The fact that the checkpoint was opened. */
  StreamingListenerCheckpointOpened opened(long nanos) {
    CheckpointState state = checkpoint.state();
    return new StreamingListenerCheckpointOpened(
        checkpoint.id().toString(),
        checkpoint.epoch(),
        state.lastBatch(),
        state.open().isPresent(),
        nanos);
  }

  @Override
  public void resumeSources(List<InputNode<?>> started) {
    try {
      resume(started);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CheckpointException("the input can't go on where it was: " + e.getMessage(), e);
    }
  }

  private void resume(List<InputNode<?>> started) throws Exception {
    for (InputNode<?> input : started) {
      sources.restore(input, checkpoint.state());
    }
    // The sinks were opened and none has the open batch: no attempt at it counts any more.
    appendImage("where the sources are", checkpoint::appendImageWithoutAttempts);
    Fact.Planned planned = checkpoint.state().open().orElse(null);
    if (planned != null) {
      open = Optional.of(sources.recorded(planned, new DurableGivenUp(planned.batch())));
    }
  }

  /** What the log says that the open batch goes without. */
  private final class DurableGivenUp implements SourceReplays.GivenUpInputs {

    private final long batch;

    DurableGivenUp(long batch) {
      this.batch = batch;
    }

    @Override
    public List<Fact.GivenUp> of(InputNode<?> input) {
      return checkpoint.state().givenUpOf(ids.ofNode(input));
    }

    @Override
    public void decide(InputNode<?> input, UnreadableInputException unreadable) {
      unreadableInputs.requireSkipped(input, batch, unreadable);
      appendGivenUp(batch, input, unreadable.input(), String.valueOf(unreadable.getMessage()));
    }

    @Override
    public CheckpointException gone(InputNode<?> input, Exception failure) {
      return unreadableInputs.gone(input, batch, failure);
    }
  }

  private Fact.GivenUp appendGivenUp(long batch, InputNode<?> input, String name, String reason) {
    Fact.GivenUp givenUp =
        new Fact.GivenUp(
            batch, ids.ofNode(input), List.of(name), false, clock.millis(), false, reason);
    append("that batch " + batch + " goes without " + name, List.of(givenUp));
    return givenUp;
  }

  @Override
  public Fact.GivenUp skip(OpenBatch batch, InputNode<?> input, String name, String reason) {
    awaitBegun(batch);
    CheckpointState state = checkpoint.state();
    if (state.open().isEmpty()) {
      throw new IllegalStateException(batch.label() + " has input and was not planned");
    }
    if (state.attempts().containsKey(epoch())) {
      throw new IllegalStateException(
          batch.label() + " is prepared, so a sink may hold it with the input " + name);
    }
    return appendGivenUp(batch.number(), input, name, reason);
  }

  @Override
  public String remedies(OpenBatch batch, InputNode<?> input, String name) {
    return unreadableInputs.remedies(input, batch.number(), name);
  }

  @Override
  public long lastNumber() {
    return checkpoint.state().numbersUsed();
  }

  @Override
  public Optional<Long> lastMillis() {
    CheckpointState state = checkpoint.state();
    return state.lastBatch() == 0 ? Optional.empty() : Optional.of(state.lastMillis());
  }

  @Override
  public Optional<Long> lastInputMillis() {
    long millis = checkpoint.state().lastInputMillis();
    return millis == Long.MIN_VALUE ? Optional.empty() : Optional.of(millis);
  }

  @Override
  public long epoch() {
    return checkpoint.epoch();
  }

  @Override
  public Optional<RecordedBatch> takeOpen() {
    Optional<RecordedBatch> taken = open;
    open = Optional.empty();
    return taken;
  }

  /** States are placed anew from what is durable of them, as a start with the default would. */
  @Override
  public void endRepeat(StreamPlans plans) {
    parallelism.usePresent();
    for (StreamNode<?> node : plans.states().reopen()) {
      String id = ids.ofNode(node);
      CheckpointState.StateContents contents = checkpoint.state().states().get(id);
      if (contents != null) {
        plans.states().restore(node, place, contents.form(), contents.files());
      }
      compactor.replace(id, plans.states().state(node));
    }
  }

  @Override
  public void begin(OpenBatch batch) {
    awaitBegun(batch);
    presence.look(batch.time().milliseconds());
    stager.begin(batch);
    lastBegun = batch.number();
    changes = Optional.empty();
    isPlanned = checkpoint.state().open().isPresent();
    if (isPlanned) {
      return; // by an earlier driver, or by an attempt before this one
    }
    if (batch.kind() != BatchKind.IDLE) {
      plan(batch);
    } else if (batch.number() > checkpoint.state().numbersUsed()) {
      begin(
          batch,
          "numbers of batches",
          new Fact.NumbersUsed(batch.number() + NUMBERS_AT_A_TIME - 1));
    }
  }

  @Override
  public void advanced(OpenBatch batch, StreamPlans plans, boolean mustBeRecorded) {
    if (!isPlanned) {
      awaitBegun(batch);
      Map<String, Fact.StateChange> changed = persistStates(batch, plans);
      changes = Optional.of(changed);
      if (mustBeRecorded || !changed.isEmpty()) {
        plan(batch);
      }
    }
  }

  private void plan(OpenBatch batch) {
    isPlanned = true;
    begin(batch, "the plan of " + batch.label(), planned(batch));
  }

  private void begin(OpenBatch batch, String what, Fact fact) {
    long startNanos = clock.nanoTime();
    ForwardWrite write = patience.begin(() -> checkpoint.append(List.of(fact)));
    batch.addPlanNanos(clock.nanoTime() - startNanos);
    beginning = Optional.of(new Beginning(what, write));
  }

  @Override
  public void awaitBegun(OpenBatch batch) {
    if (beginning.isPresent()) {
      long startNanos = clock.nanoTime();
      patience.write(beginning.get().what(), beginning.get().write()::await);
      batch.addPlanNanos(clock.nanoTime() - startNanos);
      beginning = Optional.empty();
    }
  }

  @Override
  public boolean hasInput(OpenBatch batch) {
    return sources.mustBeRecorded(batch.ranges());
  }

  private Fact.Planned planned(OpenBatch batch) {
    return new Fact.Planned(
        batch.number(),
        batch.kind(),
        batch.time().milliseconds(),
        batch.previousMillis(),
        batch.numMergedTicks(),
        presentParallelism,
        sources.ranges(batch.ranges()));
  }

  private void append(String what, List<Fact> facts) {
    patience.write(
        what,
        () -> {
          checkpoint.append(facts);
          return true;
        });
  }

  /** Lets nothing be under way to the log that a batch has left there by failing. */
  private void settle() throws IOException {
    if (beginning.isPresent()) {
      beginning.get().write().await();
      beginning = Optional.empty();
    }
  }

  @Override
  public Staging staging(Output output, OpenBatch batch) {
    return stager.of(output);
  }

  /** Not with an image: that has the sources' positions as the batch before left them. */
  @Override
  public boolean mayPlanAhead() {
    return !checkpoint.isImageDue();
  }

  @Override
  public void commit(OpenBatch batch, StreamPlans plans, Optional<OpenBatch> next)
      throws Exception {
    long startNanos = enter(CheckpointPhase.PREPARE, batch);
    Map<String, Fact.StateChange> states =
        changes.isPresent() ? changes.get() : persistStates(batch, plans);
    Map<String, Fact.WindowChange> blocks =
        windows.persist(plans, batch, checkpoint.state(), checkpoint::newName);
    Map<String, List<StateFile>> staged = stager.durable();
    List<Fact> facts = new ArrayList<>(compactor.take());
    if (checkpoint.state().open().isEmpty()) {
      if (states.isEmpty() && blocks.isEmpty() && staged.isEmpty() && facts.isEmpty()) {
        return;
      }
      facts.add(planned(batch));
    }
    Fact.Prepared prepared = new Fact.Prepared(batch.number(), states, blocks, staged);
    facts.add(prepared);
    long preparedNanos = clock.nanoTime();
    if (!staged.isEmpty()) {
      append("what " + batch.label() + " has changed", facts);
      facts = new ArrayList<>();
      preparedNanos = enter(CheckpointPhase.SINKS, batch);
      Marker marker = new Marker(batch.number(), checkpoint.epoch());
      for (String id : stager.inOrder()) {
        sinks.commit(id, marker, stager.rows(id));
      }
    }
    long commitNanos = enter(CheckpointPhase.COMMIT, batch);
    facts.add(new Fact.Committed(batch.number(), checkpoint.epoch()));
    if (next.isPresent() && next.get().kind() != BatchKind.IDLE) {
      facts.add(planned(next.get()));
    }
    commit(batch, facts);
    long endNanos = clock.nanoTime();
    batch.setCheckpoint(
        info(
            batch,
            prepared,
            preparedNanos - startNanos,
            commitNanos - preparedNanos,
            endNanos - commitNanos));
    cleanUp.offer(checkpoint.takeUnneeded());
    compactor.offer(checkpoint.state(), checkpoint.newName("c"));
  }

  private long enter(CheckpointPhase phase, OpenBatch batch) {
    if (listeners.isHeard()) {
      listeners.post(new StreamingListenerCheckpointPhase(batch.number(), batch.time(), phase));
    }
    return clock.nanoTime();
  }

  private CheckpointInfo info(
      OpenBatch batch,
      Fact.Prepared prepared,
      long prepareNanos,
      long sinksNanos,
      long commitNanos) {
    long deltaBytes = 0;
    for (Fact.StateChange change : prepared.states().values()) {
      deltaBytes += numBytes(change.files());
    }
    for (Fact.WindowChange change : prepared.windows().values()) {
      deltaBytes += numBytes(change.files());
    }
    int numFiles = 0;
    long bytes = 0;
    long baseBytes = 0;
    for (CheckpointState.StateContents contents : checkpoint.state().states().values()) {
      numFiles += contents.files().size();
      bytes += numBytes(contents.files());
      baseBytes += numBytes(contents.files().stream().filter(StateFile::isBase).toList());
    }
    return new CheckpointInfo(
        checkpoint.epoch(),
        batch.planNanos(),
        prepareNanos,
        sinksNanos,
        commitNanos,
        deltaBytes,
        numFiles,
        bytes,
        baseBytes);
  }

  private static long numBytes(List<StateFile> files) {
    return files.stream().mapToLong(StateFile::numBytes).sum();
  }

  private Map<String, Fact.StateChange> persistStates(OpenBatch batch, StreamPlans plans) {
    Map<String, Fact.StateChange> changes = new TreeMap<>();
    plans
        .states()
        .persist(
            (node, persisting) -> {
              List<StateFile> files =
                  patience.write(
                      "what " + batch.label() + " has changed of " + node,
                      () -> persisting.persist(place, checkpoint.newName("s")));
              if (!files.isEmpty()) {
                changes.put(ids.ofNode(node), new Fact.StateChange(persisting.form(), files));
              }
            });
    return changes;
  }

  private void commit(OpenBatch batch, List<Fact> facts) {
    String what = "the end of " + batch.label();
    if (checkpoint.isImageDue()) {
      appendImage(what, positions -> checkpoint.appendImage(facts, positions));
    } else {
      append(what, facts);
    }
  }

  private void appendImage(String what, SourceReplays.Image image) {
    sources.appendImage(what, image, () -> checkpoint.newName("n"), patience);
  }

  @Override
  public Throwable reason(Throwable failure) {
    try {
      settle();
      checkpoint.requireOwned();
    } catch (FencedException e) {
      e.addSuppressed(failure);
      return new CheckpointException("the batch can't be finished: " + e.getMessage(), e);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  @Override
  public void close() {
    compactor.close();
    cleanUp.close();
    sinks.close();
    try {
      giveNumbersBack();
    } catch (IOException | RuntimeException e) {
      LOG.info("the next driver skips some batch numbers: {}", e.toString());
    }
    try {
      place.storage().close();
    } catch (IOException e) {
      LOG.warn("closing {} failed", place.storage().location(), e);
    }
  }

  /** Numbers that were set aside and not used are those of the next driver. */
  private void giveNumbersBack() throws IOException {
    settle();
    CheckpointState state = checkpoint.state();
    if (lastBegun > 0 && state.open().isEmpty() && state.numbersUsed() > lastBegun) {
      checkpoint.append(List.of(new Fact.NumbersUsed(lastBegun)));
    }
  }
}
