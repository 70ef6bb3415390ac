package io.millrace.internal.checkpoint;

import io.millrace.CorruptionException;
import io.millrace.spi.state.StateFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the facts of a log amount to. Immutable.
 *
 * @param lastBatch number of the last committed batch, 0 for none
 * @param lastMillis its time; {@link Long#MIN_VALUE} for none
 * @param lastInputMillis time of the last committed batch of kind {@link BatchKind#INPUT}; {@link
 *     Long#MIN_VALUE} for none
 * @param numbersUsed no batch may get a number up to this one
 * @param states by id
 * @param windows by stream id
 * @param sources by id
 * @param outputs by id, number of the last batch that a transactional sink was given
 * @param open the batch that is planned and not committed
 * @param attempts at the open batch, by epoch
 * @param givenUp inputs that the open batch goes without, and that the last batches before it went
 *     without, in order
 */
public record CheckpointState(
    long lastBatch,
    long lastMillis,
    long lastInputMillis,
    long numbersUsed,
    Map<String, StateContents> states,
    Map<String, WindowContents> windows,
    Map<String, SourceProgress> sources,
    Map<String, Long> outputs,
    Optional<Fact.Planned> open,
    Map<Long, Fact.Prepared> attempts,
    List<Fact.GivenUp> givenUp) {

  /** Of a log without facts. */
  public static final CheckpointState EMPTY =
      new CheckpointState(
          0,
          Long.MIN_VALUE,
          Long.MIN_VALUE,
          0,
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          Optional.empty(),
          Map.of(),
          List.of());

  /** How many inputs of committed batches are told of that these went without. */
  private static final int MAX_TOLD_INPUTS = 1_000;

  public CheckpointState {
    states = Map.copyOf(states);
    windows = Map.copyOf(windows);
    sources = Map.copyOf(sources);
    outputs = Map.copyOf(outputs);
    attempts = Map.copyOf(attempts);
    givenUp = List.copyOf(givenUp);
  }

  /**
   * The files of a state.
   *
   * @param form what the files contain
   * @param files in the order in which they apply
   */
  public record StateContents(String form, List<StateFile> files) {
    public StateContents {
      files = List.copyOf(files);
    }
  }

  /** The kept records of a stream, by batch. */
  public record WindowContents(TreeMap<BatchKey, List<StateFile>> batches) {
    public WindowContents {
      batches = new TreeMap<>(batches);
    }
  }

  /**
   * How far a source has come.
   *
   * @param position at the time of the last image; empty if the source has come since
   * @param ranges what it has handed out to committed batches since then, in order
   * @param names what it remembered beside the position, see {@link NameTree}
   */
  public record SourceProgress(
      Optional<byte[]> position, List<byte[]> ranges, List<StateFile> names) {

    /** Of a source that has come since the last image. */
    static final SourceProgress NONE = new SourceProgress(Optional.empty(), List.of(), List.of());

    public SourceProgress {
      ranges = List.copyOf(ranges);
      names = List.copyOf(names);
    }

    private SourceProgress with(byte[] range) {
      List<byte[]> handedOut = new ArrayList<>(ranges);
      handedOut.add(range);
      return new SourceProgress(position, handedOut, names);
    }
  }

  /**
   * The ids of everything that a program must have, or say that it has dropped; also of what the
   * open batch will bring if an attempt at it is completed.
   */
  public Set<String> ids() {
    Set<String> ids = new HashSet<>(states.keySet());
    ids.addAll(windows.keySet());
    ids.addAll(sources.keySet());
    ids.addAll(outputs.keySet());
    for (Fact.Prepared attempt : attempts.values()) {
      ids.addAll(attempt.states().keySet());
      ids.addAll(attempt.windows().keySet());
      ids.addAll(attempt.staged().keySet());
    }
    return ids;
  }

  /** The names of all objects that this refers to. */
  public Set<String> objects() {
    Set<String> names = new HashSet<>();
    states.values().forEach(state -> addObjects(state.files(), names));
    windows
        .values()
        .forEach(window -> window.batches().values().forEach(files -> addObjects(files, names)));
    sources.values().forEach(source -> addObjects(source.names(), names));
    attempts.values().forEach(attempt -> addObjects(attempt, names));
    return names;
  }

  static void addObjects(Fact.Prepared attempt, Collection<String> names) {
    attempt.states().values().forEach(state -> addObjects(state.files(), names));
    attempt.windows().values().forEach(window -> addObjects(window.files(), names));
    attempt.staged().values().forEach(files -> addObjects(files, names));
  }

  static void addObjects(List<StateFile> files, Collection<String> names) {
    for (StateFile file : files) {
      if (file.inline().isEmpty()) {
        names.add(file.name());
      }
    }
  }

  /**
   * What this amounts to with one more fact.
   *
   * @param epoch of the slot that says it
   * @throws CorruptionException if the fact contradicts what is known
   */
  public CheckpointState with(Fact fact, long epoch) throws CorruptionException {
    if (fact instanceof Fact.Planned planned) {
      return planned(planned);
    } else if (fact instanceof Fact.Prepared prepared) {
      return prepared(prepared, epoch);
    } else if (fact instanceof Fact.Committed committed) {
      return committed(committed);
    } else if (fact instanceof Fact.Compacted compacted) {
      return compacted(compacted);
    } else if (fact instanceof Fact.NumbersUsed used) {
      return withNumbersUsed(Math.max(lastBatch, used.throughBatch()));
    } else if (fact instanceof Fact.Dropped dropped) {
      return dropped(dropped.ids());
    } else if (fact instanceof Fact.GivenUp more) {
      return givenUp(more);
    }
    return ((Fact.Image) fact).state();
  }

  private CheckpointState planned(Fact.Planned planned) throws CorruptionException {
    if (open.isPresent()) {
      throw contradiction(
          "batch "
              + planned.batch()
              + " is planned while batch "
              + open.get().batch()
              + " is open");
    }
    if (planned.batch() <= lastBatch || planned.timeMillis() < lastMillis) {
      throw contradiction(
          "batch " + planned.batch() + " is planned after batch " + lastBatch + " was committed");
    }
    return withOpen(Optional.of(planned), Map.of());
  }

  private CheckpointState prepared(Fact.Prepared prepared, long epoch) throws CorruptionException {
    requireOpen(prepared.batch(), "prepared");
    Map<Long, Fact.Prepared> tried = new TreeMap<>(attempts);
    tried.put(epoch, prepared);
    return withOpen(open, tried);
  }

  private Fact.Planned requireOpen(long batch, String what) throws CorruptionException {
    if (open.isEmpty() || open.get().batch() != batch) {
      throw contradiction("batch " + batch + " is " + what + " without being open");
    }
    return open.get();
  }

  /** What the open batch goes without of a source. */
  public List<Fact.GivenUp> givenUpOf(String source) {
    return givenUp.stream().filter(each -> each.source().equals(source) && isOfOpen(each)).toList();
  }

  private boolean isOfOpen(Fact.GivenUp each) {
    return open.isPresent() && open.get().batch() == each.batch();
  }

  private CheckpointState givenUp(Fact.GivenUp more) throws CorruptionException {
    if (more.batch() > lastBatch) {
      requireOpen(more.batch(), "given up in part");
    }
    List<Fact.GivenUp> all = new ArrayList<>(givenUp);
    all.add(more);
    int numInputs = all.stream().mapToInt(each -> each.inputs().size()).sum();
    while (numInputs > MAX_TOLD_INPUTS && !isOfOpen(all.get(0))) {
      numInputs -= all.remove(0).inputs().size();
    }
    return withGivenUp(all);
  }

  private CheckpointState withGivenUp(List<Fact.GivenUp> all) {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        numbersUsed,
        states,
        windows,
        sources,
        outputs,
        open,
        attempts,
        all);
  }

  /** This without attempts at the open batch that no sink has, nor will have. */
  CheckpointState withoutAttempts() {
    return withOpen(open, Map.of());
  }

  private static CorruptionException contradiction(String what) {
    return new CorruptionException(
        "the log contradicts itself: " + what + ". Restore the directory from a backup");
  }

  private CheckpointState committed(Fact.Committed committed) throws CorruptionException {
    Fact.Planned plan = requireOpen(committed.batch(), "committed");
    Fact.Prepared attempt = attempts.get(committed.epoch());
    if (attempt == null) {
      throw contradiction(
          String.format(
              Locale.ROOT,
              "batch %d is committed as epoch %d ran it, which did not",
              committed.batch(),
              committed.epoch()));
    }
    Map<String, Long> given = new TreeMap<>(outputs);
    attempt.staged().keySet().forEach(id -> given.put(id, committed.batch()));
    return new CheckpointState(
        plan.batch(),
        plan.timeMillis(),
        plan.kind() == BatchKind.INPUT ? plan.timeMillis() : lastInputMillis,
        Math.max(numbersUsed, plan.batch()),
        withChanges(attempt.states()),
        withBlocks(attempt.windows(), new BatchKey(plan.timeMillis(), plan.batch())),
        withRanges(plan.ranges()),
        given,
        Optional.empty(),
        Map.of(),
        givenUp);
  }

  private Map<String, StateContents> withChanges(Map<String, Fact.StateChange> changes) {
    Map<String, StateContents> changed = new TreeMap<>(states);
    changes.forEach(
        (id, change) -> {
          StateContents before = states.get(id);
          List<StateFile> files = new ArrayList<>(before == null ? List.of() : before.files());
          files.addAll(change.files());
          changed.put(id, new StateContents(change.form(), files));
        });
    return changed;
  }

  private Map<String, WindowContents> withBlocks(
      Map<String, Fact.WindowChange> changes, BatchKey batch) {
    Map<String, WindowContents> changed = new TreeMap<>(windows);
    changes.forEach(
        (id, change) -> {
          WindowContents before = windows.get(id);
          TreeMap<BatchKey, List<StateFile>> batches =
              new TreeMap<>(before == null ? new TreeMap<>() : before.batches());
          if (!change.files().isEmpty()) {
            batches.put(batch, change.files());
          }
          batches.headMap(BatchKey.through(change.forgottenMillis()), true).clear();
          changed.put(id, new WindowContents(batches));
        });
    return changed;
  }

  private Map<String, SourceProgress> withRanges(Map<String, byte[]> ranges) {
    Map<String, SourceProgress> changed = new TreeMap<>(sources);
    ranges.forEach(
        (id, range) -> changed.put(id, sources.getOrDefault(id, SourceProgress.NONE).with(range)));
    return changed;
  }

  private CheckpointState compacted(Fact.Compacted compacted) throws CorruptionException {
    StateContents before = states.get(compacted.stateId());
    if (before == null) {
      return this; // dropped meanwhile
    }
    List<String> names = before.files().stream().map(StateFile::name).toList();
    Set<String> replaced = new HashSet<>(compacted.replaced());
    if (!names.containsAll(replaced)) {
      throw contradiction(
          "files of " + compacted.stateId() + " are merged that it does not have: " + replaced);
    }
    List<StateFile> files = new ArrayList<>();
    boolean isPlaced = false;
    for (StateFile file : before.files()) {
      if (!replaced.contains(file.name())) {
        files.add(file);
      } else if (!isPlaced) {
        files.addAll(compacted.merged());
        isPlaced = true;
      }
    }
    Map<String, StateContents> changed = new TreeMap<>(states);
    changed.put(compacted.stateId(), new StateContents(before.form(), files));
    return withStates(changed);
  }

  private CheckpointState dropped(List<String> ids) {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        numbersUsed,
        without(states, ids),
        without(windows, ids),
        without(sources, ids),
        without(outputs, ids),
        open,
        attempts,
        givenUp);
  }

  private static <V> Map<String, V> without(Map<String, V> map, List<String> ids) {
    Map<String, V> left = new TreeMap<>(map);
    left.keySet().removeAll(ids);
    return left;
  }

  /** This with the sources' positions in the place of the ranges that they have handed out. */
  CheckpointState withPositions(Map<String, SourceProgress> positions) {
    Map<String, SourceProgress> changed = new TreeMap<>(sources);
    changed.putAll(positions);
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        numbersUsed,
        states,
        windows,
        changed,
        outputs,
        open,
        attempts,
        givenUp);
  }

  private CheckpointState withStates(Map<String, StateContents> changed) {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        numbersUsed,
        changed,
        windows,
        sources,
        outputs,
        open,
        attempts,
        givenUp);
  }

  private CheckpointState withOpen(Optional<Fact.Planned> planned, Map<Long, Fact.Prepared> tried) {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        numbersUsed,
        states,
        windows,
        sources,
        outputs,
        planned,
        tried,
        givenUp);
  }

  private CheckpointState withNumbersUsed(long through) {
    return new CheckpointState(
        lastBatch,
        lastMillis,
        lastInputMillis,
        through,
        states,
        windows,
        sources,
        outputs,
        open,
        attempts,
        givenUp);
  }
}
