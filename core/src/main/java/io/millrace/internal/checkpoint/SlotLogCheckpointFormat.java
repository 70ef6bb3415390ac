package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.FormatVersionException;
import io.millrace.checkpoint.CheckpointContents;
import io.millrace.checkpoint.CheckpointContents.GivenUpEntry;
import io.millrace.checkpoint.CheckpointContents.OutputEntry;
import io.millrace.checkpoint.CheckpointContents.SourceEntry;
import io.millrace.checkpoint.CheckpointContents.StateEntry;
import io.millrace.checkpoint.CheckpointContents.WindowEntry;
import io.millrace.checkpoint.CheckpointFormat;
import io.millrace.checkpoint.CheckpointProblem;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorage.StoredObject;
import io.millrace.spi.checkpoint.Slot;
import io.millrace.spi.checkpoint.SlotLog;
import io.millrace.spi.state.StateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads checkpoints as {@link Checkpoint} writes them, without claiming them. */
public final class SlotLogCheckpointFormat implements CheckpointFormat {

  /** How often a checkpoint is read that its program changes meanwhile. */
  private static final int MAX_ATTEMPTS = 10;

  /** Kinds of data files are 1, rows, 2, what changed of a state, and 3, names. */
  private static final short LAST_KIND = NameFile.KIND;

  @Override
  public CheckpointContents contents(CheckpointStorage storage) throws IOException {
    Identity identity = Identity.read(storage);
    List<Slot> slots = Checkpoint.slots(storage, identity);
    CheckpointState state = Checkpoint.History.of(slots).state();
    RetainedBatches retained = RetainedBatches.of(slots);
    Set<String> needed = new TreeSet<>();
    long dataBytes = 0;
    for (StateFile file : retained.files().values()) {
      if (file.inline().isEmpty()) {
        needed.add(file.name());
        dataBytes += file.numBytes();
      }
    }
    List<StoredObject> present = storage.list(Checkpoint.OBJECTS);
    long numStrays =
        present.stream()
            .filter(object -> ObjectName.isOne(object.name()) && !needed.contains(object.name()))
            .count();
    return new CheckpointContents(
        storage.location(),
        identity.id().toString(),
        slots.isEmpty() ? 0 : slots.get(slots.size() - 1).epoch(),
        state.lastBatch(),
        state.lastBatch() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(state.lastMillis())),
        slots.isEmpty() ? 0 : slots.get(0).number(),
        slots.isEmpty() ? 0 : slots.get(slots.size() - 1).number(),
        storage.list(Checkpoint.LOG).stream().mapToLong(StoredObject::size).sum(),
        needed.size(),
        dataBytes,
        (int) numStrays,
        retained.entries(),
        states(state),
        windows(state),
        sources(state),
        outputs(state),
        givenUp(state));
  }

  private static List<StateEntry> states(CheckpointState state) {
    List<StateEntry> entries = new ArrayList<>();
    new TreeMap<>(state.states())
        .forEach(
            (id, contents) ->
                entries.add(
                    new StateEntry(
                        id,
                        contents.form(),
                        numEntries(contents.files()),
                        contents.files().size(),
                        RetainedBatches.numBytes(contents.files()),
                        RetainedBatches.numBytes(
                            contents.files().stream().filter(StateFile::isBase).toList()))));
    return entries;
  }

  private static long numEntries(List<StateFile> files) {
    return files.stream().mapToLong(StateFile::numEntries).sum();
  }

  private static List<WindowEntry> windows(CheckpointState state) {
    List<WindowEntry> entries = new ArrayList<>();
    new TreeMap<>(state.windows())
        .forEach(
            (id, contents) -> {
              List<StateFile> files =
                  contents.batches().values().stream().flatMap(List::stream).toList();
              entries.add(
                  new WindowEntry(
                      id,
                      contents.batches().size(),
                      numEntries(files),
                      RetainedBatches.numBytes(files)));
            });
    return entries;
  }

  private static List<SourceEntry> sources(CheckpointState state) {
    List<SourceEntry> entries = new ArrayList<>();
    new TreeMap<>(state.sources())
        .forEach(
            (id, progress) ->
                entries.add(
                    new SourceEntry(
                        id,
                        progress.position().map(DurableText::of).orElse(""),
                        progress.ranges().size(),
                        numEntries(progress.names()),
                        progress.names().size(),
                        RetainedBatches.numBytes(progress.names()))));
    return entries;
  }

  private static List<OutputEntry> outputs(CheckpointState state) {
    List<OutputEntry> entries = new ArrayList<>();
    new TreeMap<>(state.outputs())
        .forEach((id, lastBatch) -> entries.add(new OutputEntry(id, lastBatch)));
    return entries;
  }

  private static List<GivenUpEntry> givenUp(CheckpointState state) {
    return state.givenUp().stream()
        .map(
            each ->
                new GivenUpEntry(
                    each.batch(),
                    each.source(),
                    each.inputs(),
                    each.isWhole(),
                    Instant.ofEpochMilli(each.timeMillis()),
                    each.byOperator(),
                    each.reason()))
        .toList();
  }

  @Override
  public ClaimedInputs claimInputs(
      CheckpointStorage storage, String source, long batch, List<String> inputs)
      throws IOException {
    return OperatorGiveUp.claim(storage, source, batch, inputs);
  }

  @Override
  public List<CheckpointProblem> verify(CheckpointStorage storage) throws IOException {
    for (int attempt = 1; ; attempt++) {
      List<StoredObject> log = storage.list(Checkpoint.LOG);
      List<CheckpointProblem> problems = problems(storage);
      // What a program at work deletes between two of our looks is no damage.
      if (problems.isEmpty()
          || attempt == MAX_ATTEMPTS
          || storage.list(Checkpoint.LOG).equals(log)) {
        return problems;
      }
    }
  }

  private static List<CheckpointProblem> problems(CheckpointStorage storage) throws IOException {
    List<CheckpointProblem> problems = new ArrayList<>();
    Optional<Identity> identity = Optional.empty();
    try {
      identity = Optional.of(Identity.read(storage));
    } catch (CorruptionException | FormatVersionException e) {
      problems.add(new CheckpointProblem(Identity.NAME, String.valueOf(e.getMessage())));
    }
    Map<String, StateFile> files = new TreeMap<>();
    if (identity.isPresent()) {
      Identity found = identity.get();
      SlotLog.damagedSlots(storage, found.log())
          .forEach(slot -> problems.add(new CheckpointProblem(slot.name(), slot.message())));
      if (problems.isEmpty()) {
        collect(problems, Checkpoint.LOG, () -> files(storage, found, files));
      }
    }
    for (StateFile file : files.values()) {
      collect(problems, file.name(), () -> readThrough(storage, file));
    }
    for (StoredObject object : storage.list(Checkpoint.OBJECTS)) {
      StateFile file = files.get(object.name());
      if (file == null && !ObjectName.isOne(object.name())) {
        continue;
      }
      if (file == null) {
        collect(problems, object.name(), () -> readUnmentioned(storage, object));
      } else if (object.size() > file.numBytes()) {
        problems.add(
            new CheckpointProblem(
                object.name(),
                "it has " + object.size() + " bytes and should have " + file.numBytes()));
      }
    }
    return problems;
  }

  /** Adds the files that the log needs, by name, and tells how many there are. */
  private static int files(
      CheckpointStorage storage, Identity identity, Map<String, StateFile> files)
      throws IOException {
    List<Slot> slots = Checkpoint.slots(storage, identity);
    Checkpoint.History.of(slots);
    files.putAll(RetainedBatches.of(slots).files());
    return files.size();
  }

  /** Something to check; returns what nobody needs. */
  @FunctionalInterface
  private interface Check {
    Object run() throws IOException;
  }

  private static void collect(List<CheckpointProblem> problems, String object, Check check)
      throws IOException {
    try {
      check.run();
    } catch (CorruptionException | FormatVersionException e) {
      problems.add(new CheckpointProblem(object, String.valueOf(e.getMessage())));
    }
  }

  /** An object that no slot mentions is whole all the same, if it is not deleted meanwhile. */
  private static int readUnmentioned(CheckpointStorage storage, StoredObject object)
      throws IOException {
    try {
      StateFile file =
          new StateFile(object.name(), Optional.empty(), object.size(), 0, 0, 1, false);
      return readThrough(object.name(), new ChunkReader(storage, file, true));
    } catch (CorruptionException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return 0;
      }
      throw e;
    }
  }

  private static int readThrough(CheckpointStorage storage, StateFile file) throws IOException {
    return readThrough(file.name(), new ChunkReader(storage, file));
  }

  private static int readThrough(String name, ChunkReader chunks) throws IOException {
    if (chunks.kind() < 1 || chunks.kind() > LAST_KIND) {
      throw new CorruptionException(
          name + " claims to be of kind " + chunks.kind() + ", which there is not");
    }
    int numChunks = 0;
    for (Optional<ByteBuffer> chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
      if (chunks.kind() == NameFile.KIND) {
        NameFile.read(name, chunk.get(), (seen, isThere) -> {});
      }
      numChunks++;
    }
    return numChunks;
  }
}
