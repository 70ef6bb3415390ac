package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.spi.state.KeyedState;
import io.millrace.spi.state.StateFile;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.CheckpointPlan.Entry;
import io.millrace.stream.CheckpointPlan.Kind;
import io.millrace.stream.CheckpointPlan.Verdict;
import io.millrace.stream.CheckpointSpec;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what becomes of everything that a checkpoint or a program has when the program goes on
 * from the checkpoint. Only decides: the start carries it out, a plan of it shows it.
 */
final class Upgrade {

  /** What a checkpoint keeps under an id. A window of panes is kept as a state is. */
  private enum Keeping {
    SOURCE(Kind.SOURCE),
    STATE(Kind.STATE),
    WINDOW(Kind.WINDOW),
    OUTPUT(Kind.OUTPUT);

    private final Kind kind;

    Keeping(Kind kind) {
      this.kind = kind;
    }

    Set<String> ids(CheckpointState state) {
      Set<String> ids = new TreeSet<>(committed(state));
      for (Fact.Prepared attempt : state.attempts().values()) {
        ids.addAll(
            switch (this) {
              case SOURCE -> Set.of();
              case STATE -> attempt.states().keySet();
              case WINDOW -> attempt.windows().keySet();
              case OUTPUT -> attempt.staged().keySet();
            });
      }
      return ids;
    }

    private Set<String> committed(CheckpointState state) {
      return switch (this) {
        case SOURCE -> state.sources().keySet();
        case STATE -> state.states().keySet();
        case WINDOW -> state.windows().keySet();
        case OUTPUT -> state.outputs().keySet();
      };
    }
  }

  private record Subject(Keeping keeping, String id) {}

  private final CheckpointState state;
  private final StreamPlans plans;
  private final StreamIds ids;
  private final CheckpointSpec spec;
  private final Map<Subject, Entry> entries = new LinkedHashMap<>();
  private final Set<Subject> program;

  /** Of the states that are refused or begin empty, by id, why they can't go on. */
  private final Map<String, IllegalArgumentException> misfits = new LinkedHashMap<>();

  /**
   * @param sinks of the program
   */
  Upgrade(
      CheckpointState state,
      StreamPlans plans,
      StreamIds ids,
      List<SinkBinding> sinks,
      CheckpointSpec spec) {
    this.state = state;
    this.plans = plans;
    this.ids = ids;
    this.spec = spec;
    for (StreamNode<?> node : plans.neededNodes()) {
      String id = ids.ofNode(node);
      if (node instanceof InputNode<?> input) {
        put(Keeping.SOURCE, source(input, id));
      } else if (node instanceof StateNode<?, ?, ?>) {
        put(Keeping.STATE, state(node, id, Kind.STATE));
      } else if (node instanceof PaneWindowNode<?, ?>) {
        put(Keeping.STATE, state(node, id, Kind.WINDOW));
      } else if (node instanceof WindowNode<?> window) {
        put(Keeping.WINDOW, window(window, id));
      }
    }
    sinks.forEach(sink -> put(Keeping.OUTPUT, output(sink, ids.ofSink(sink))));
    program = Set.copyOf(entries.keySet());
    for (Keeping keeping : Keeping.values()) {
      keeping.ids(state).forEach(id -> missing(keeping, id));
    }
    if (state.open().isPresent()) {
      refuseMissingInput(state.open().get());
    }
  }

  private void put(Keeping keeping, Entry entry) {
    entries.put(new Subject(keeping, entry.id()), entry);
  }

  /** Why a program with this source can't keep a checkpoint; empty if it can. */
  static Optional<String> misfit(InputNode<?> input) {
    return input.source().replay().isPresent() || input.source().mayLose()
        ? Optional.empty()
        : Optional.of(
            input
                + " can't be read again after a restart, so a program with it can't keep a"
                + " checkpoint: use a source that can, such as textFileStream; or, if the source is"
                + " your own, implement its replay(), or return true from its mayLose() to accept"
                + " that what it has taken in is lost with the process");
  }

  private Entry source(InputNode<?> input, String id) {
    Optional<String> misfit = misfit(input);
    if (misfit.isPresent()) {
      return new Entry(Kind.SOURCE, id, Verdict.REFUSED, misfit.get());
    }
    boolean isKnown = state.sources().containsKey(id);
    if (input.source().replay().isEmpty()) {
      return new Entry(
          Kind.SOURCE,
          id,
          Verdict.NEW,
          "keeps what it receives in memory; what no batch has committed is lost");
    }
    return isKnown
        ? new Entry(Kind.SOURCE, id, Verdict.KEPT, "goes on after what committed batches have read")
        : new Entry(Kind.SOURCE, id, Verdict.NEW, "begins as without a checkpoint");
  }

  private Entry state(StreamNode<?> node, String id, Kind kind) {
    CheckpointState.StateContents contents = state.states().get(id);
    if (contents == null) {
      return new Entry(kind, id, Verdict.NEW, "begins empty, or with the initial state");
    }
    KeyedState keyed = plans.states().state(node);
    try {
      keyed.requireReadable(contents.form());
    } catch (IllegalArgumentException e) {
      misfits.put(id, e);
      return spec.allowedDrops().contains(id)
          ? new Entry(kind, id, Verdict.DROPPED, "begins empty: " + e.getMessage())
          : new Entry(kind, id, Verdict.REFUSED, misfitMessage(node, id, e));
    }
    List<String> changes = new ArrayList<>();
    if (!contents.form().equals(keyed.form())) {
      changes.add("what was " + contents.form() + " becomes " + keyed.form());
    }
    int numPartitions = keyed.numPartitions();
    Set<Integer> before = new TreeSet<>();
    contents.files().stream().map(StateFile::numPartitions).forEach(before::add);
    if (!before.isEmpty() && !before.equals(Set.of(numPartitions))) {
      changes.add(
          "keys are spread anew, from "
              + String.join(" and ", before.stream().map(String::valueOf).toList())
              + " partitions over "
              + numPartitions);
    }
    long numEntries = contents.files().stream().mapToLong(StateFile::numEntries).sum();
    String size = "at most " + numEntries + " entries";
    return changes.isEmpty()
        ? new Entry(kind, id, Verdict.KEPT, size)
        : new Entry(kind, id, Verdict.REBUILT, size + "; " + String.join("; ", changes));
  }

  private static String misfitMessage(StreamNode<?> node, String id, Exception e) {
    return String.format(
        Locale.ROOT,
        "the state of %s can't go on with what the checkpoint has of it: %s. If it may begin"
            + " empty, say allowDrop(\"%s\") on the streaming context",
        node,
        e.getMessage(),
        id);
  }

  private Entry window(WindowNode<?> node, String id) {
    CheckpointState.WindowContents contents = state.windows().get(id);
    if (contents == null) {
      return new Entry(Kind.WINDOW, id, Verdict.NEW, "begins empty");
    }
    return new Entry(
        Kind.WINDOW,
        id,
        Verdict.KEPT,
        String.format(
            Locale.ROOT,
            "records of %d batches, of which it takes those of the last %d ms",
            contents.batches().size(),
            node.span().lengthMillis()));
  }

  private Entry output(SinkBinding sink, String id) {
    Long given = state.outputs().get(id);
    String target = sink.sink().description();
    return given == null
        ? new Entry(Kind.OUTPUT, id, Verdict.NEW, target + " is given its first batch")
        : new Entry(Kind.OUTPUT, id, Verdict.KEPT, target + " goes on after batch " + given);
  }

  private void missing(Keeping keeping, String id) {
    Subject subject = new Subject(keeping, id);
    if (!entries.containsKey(subject)) {
      Entry entry =
          spec.allowedDrops().contains(id)
              ? new Entry(
                  keeping.kind,
                  id,
                  Verdict.DROPPED,
                  "the program does not have it any more, and allows that")
              : new Entry(
                  keeping.kind,
                  id,
                  Verdict.REFUSED,
                  String.format(
                      Locale.ROOT,
                      "the program does not have it any more: say allowDrop(\"%s\") if that is"
                          + " meant, or give it back its name by .uid(\"%s\")",
                      id,
                      id));
      entries.put(subject, entry);
    }
  }

  private void refuseMissingInput(Fact.Planned planned) {
    Set<String> replayed = new HashSet<>();
    for (StreamNode<?> node : plans.neededNodes()) {
      if (node instanceof InputNode<?> input && input.source().replay().isPresent()) {
        replayed.add(ids.ofNode(node));
      }
    }
    Set<String> missing = new TreeSet<>(planned.ranges().keySet());
    missing.removeAll(replayed);
    missing.removeIf(id -> state.givenUpOf(id).stream().anyMatch(Fact.GivenUp::isWhole));
    for (String id : missing) {
      boolean isKnown = plans.neededNodes().stream().anyMatch(node -> isSource(node, id));
      put(
          Keeping.SOURCE,
          new Entry(
              Kind.SOURCE,
              id,
              Verdict.REFUSED,
              String.format(
                  Locale.ROOT,
                  isKnown
                      ? "batch %d is planned with input of %s, which can't be read again any more:"
                          + " run the program that can until the batch is done, then change it"
                      : "batch %d is planned with input of %s, which the program does not have: run"
                          + " the program that has it until the batch is done, then leave it out",
                  planned.batch(),
                  id)));
    }
  }

  private boolean isSource(StreamNode<?> node, String id) {
    return node instanceof InputNode<?> && ids.ofNode(node).equals(id);
  }

  /** The ids of what the checkpoint has, the program has not, and nobody misses. */
  Set<String> dropped() {
    Set<String> dropped = new TreeSet<>();
    entries.forEach(
        (subject, entry) -> {
          if (entry.verdict() == Verdict.DROPPED && !program.contains(subject)) {
            dropped.add(subject.id());
          }
        });
    return dropped;
  }

  /** Whether a state of the program begins empty, although the checkpoint has something of it. */
  boolean beginsEmpty(String id) {
    Entry entry = entries.get(new Subject(Keeping.STATE, id));
    return entry != null && entry.verdict() == Verdict.DROPPED;
  }

  /** In order of declaration, then what the checkpoint alone has. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * Returns if the program may go on.
   *
   * @throws CheckpointException if it may not; says why, and the remedy
   */
  void requireAccepted() {
    Set<String> unknown = new TreeSet<>();
    List<String> others = new ArrayList<>();
    entries.forEach(
        (subject, entry) -> {
          if (entry.verdict() == Verdict.REFUSED) {
            if (program.contains(subject) || isInOpenPlan(subject)) {
              others.add(entry.reason());
            } else {
              unknown.add(subject.id());
            }
          }
        });
    if (!unknown.isEmpty()) {
      throw new CheckpointException(unknownMessage(unknown));
    }
    if (!others.isEmpty()) {
      CheckpointException refused = new CheckpointException(String.join("\n", others));
      misfits.values().forEach(refused::addSuppressed);
      throw refused;
    }
  }

  private boolean isInOpenPlan(Subject subject) {
    return subject.keeping() == Keeping.SOURCE
        && state.open().isPresent()
        && state.open().get().ranges().containsKey(subject.id());
  }

  private String unknownMessage(Set<String> unknown) {
    Set<String> known = new TreeSet<>();
    program.forEach(subject -> known.add(subject.id()));
    return String.format(
        Locale.ROOT,
        "the checkpoint %s has what the program does not have any more: %s. If that is meant,"
            + " say allowDrop(%s) on the streaming context; if it was renamed, give it back its"
            + " name by .uid(...). The program has: %s",
        spec.location(),
        String.join(", ", unknown),
        String.join(", ", unknown.stream().map(id -> '"' + id + '"').toList()),
        String.join(", ", known));
  }
}
