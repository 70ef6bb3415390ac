package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.internal.checkpoint.NameTree;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.SeenNames;
import io.millrace.source.SeparableInputs;
import io.millrace.source.Source;
import io.millrace.source.UnreadableInputException;
import io.millrace.spi.state.StateFile;
import io.millrace.spi.state.StatePlace;
import io.millrace.stream.CheckpointException;
import io.millrace.stream.graph.InputNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The sources of a program that can be brought back to where an earlier driver left them. */
final class SourceReplays {

  private final StreamIds ids;
  private final StatePlace place;
  private final DurableValues values;
  private final List<InputNode<?>> inputs = new ArrayList<>();
  private final Map<Integer, Replay<InputRange>> replays = new HashMap<>();

  /** By source id. */
  private final Map<String, NameTree> names = new HashMap<>();

  SourceReplays(StreamIds ids, StatePlace place) {
    this.ids = ids;
    this.place = place;
    this.values = new DurableValues(place.codecs());
  }

  @SuppressWarnings("unchecked")
  static Optional<Replay<InputRange>> replay(InputNode<?> input) {
    return ((Source<?, InputRange>) input.source()).replay();
  }

  /** Brings a source that has been started to where the last committed batch left it. */
  void restore(InputNode<?> input, CheckpointState state) throws Exception {
    inputs.add(input);
    Optional<Replay<InputRange>> replay = replay(input);
    if (replay.isPresent()) {
      replays.put(input.id(), replay.get());
      Optional<SeenNames> seen = replay.get().seenNames();
      seen.ifPresent(set -> names.put(ids.ofNode(input), new NameTree(set)));
      CheckpointState.SourceProgress progress = state.sources().get(ids.ofNode(input));
      if (progress != null && progress.position().isPresent()) {
        restoreNames(input, progress.names());
        replay
            .get()
            .restore(
                values.decode(progress.position().get(), "the position of " + input),
                values.decodeAll(progress.ranges(), "the ranges of " + input));
      }
    }
  }

  private void restoreNames(InputNode<?> input, List<StateFile> files) throws IOException {
    NameTree tree = names.get(ids.ofNode(input));
    if (tree != null) {
      tree.restore(place.storage(), files);
    } else if (!files.isEmpty()) {
      throw new CheckpointException(
          "the checkpoint has names that "
              + input
              + " has seen, and the source does not take them (Replay.seenNames): start the version"
              + " that does, or drop the source with allowDrop(\""
              + ids.ofNode(input)
              + "\") and give the new one another uid");
    }
  }

  /** Which inputs the batch goes without that is run again. */
  interface GivenUpInputs {

    /** Those of a source. */
    List<Fact.GivenUp> of(InputNode<?> input);

    /**
     * Decides about one more that can't be read.
     *
     * @throws CheckpointException if the batch can't be run again without it
     */
    void decide(InputNode<?> input, UnreadableInputException unreadable);

    /** What to throw if a source can't hand out again what it gave. */
    CheckpointException gone(InputNode<?> input, Exception failure);
  }

  /** What a source gave to a batch that was planned; empty if it had no part in it. */
  Optional<InputRange> range(InputNode<?> input, Fact.Planned planned, GivenUpInputs givenUp)
      throws Exception {
    byte[] range = planned.ranges().get(ids.ofNode(input));
    Replay<InputRange> replay = replays.get(input.id());
    if (range == null || replay == null) {
      return Optional.empty();
    }
    Object durable = values.decode(range, "the range of " + input);
    if (givenUp.of(input).stream().anyMatch(Fact.GivenUp::isWhole)) {
      replay.skip(durable);
      return Optional.empty();
    }
    while (true) {
      Set<String> without = new HashSet<>();
      givenUp.of(input).forEach(each -> without.addAll(each.inputs()));
      try {
        return Optional.of(
            without.isEmpty()
                ? replay.range(durable)
                : separable(input).replayed(durable, without));
      } catch (UnreadableInputException e) {
        if (without.contains(e.input())) {
          throw givenUp.gone(input, e);
        }
        givenUp.decide(input, e);
      } catch (CheckpointException e) {
        throw e;
      } catch (Exception e) {
        throw givenUp.gone(input, e);
      }
    }
  }

  private static SeparableInputs<InputRange> separable(InputNode<?> input) {
    return UnreadableInputs.separable(input)
        .orElseThrow(
            () ->
                new CheckpointException(
                    input
                        + " has inputs that were given up, and can't leave single ones out of its"
                        + " ranges: give up all that it gave to the batch, by millrace checkpoint give-up"
                        + " without --input"));
  }

  /** The batch that was planned, with what the sources gave to it. */
  RecordedBatch recorded(Fact.Planned planned, GivenUpInputs givenUp) throws Exception {
    Map<Integer, InputRange> ranges = new HashMap<>();
    Map<Integer, List<Fact.GivenUp>> gone = new HashMap<>();
    for (InputNode<?> input : inputs) {
      range(input, planned, givenUp).ifPresent(range -> ranges.put(input.id(), range));
      gone.put(input.id(), givenUp.of(input));
    }
    return new RecordedBatch(
        planned.batch(),
        planned.kind(),
        planned.timeMillis(),
        planned.previousMillis(),
        planned.numMergedTicks(),
        ranges,
        gone);
  }

  /** Appends an image with positions to the log, of the same ones at each attempt. */
  @FunctionalInterface
  interface Image {
    void append(Map<String, CheckpointState.SourceProgress> positions) throws IOException;
  }

  /**
   * Appends an image with where the sources are. The files that it refers to are durable before.
   *
   * @param newName makes names of objects
   */
  void appendImage(String what, Image image, Supplier<String> newName, Patience patience) {
    Map<String, CheckpointState.SourceProgress> positions =
        patience.write("the names for " + what, () -> positions(newName));
    patience.write(
        what,
        () -> {
          image.append(positions);
          return true;
        });
    names.forEach((id, tree) -> tree.appended(Objects.requireNonNull(positions.get(id)).names()));
  }

  /** By id, where the sources are. May write files of names; can be repeated. */
  private Map<String, CheckpointState.SourceProgress> positions(Supplier<String> newName)
      throws IOException {
    Map<String, CheckpointState.SourceProgress> positions = new TreeMap<>();
    for (InputNode<?> input : inputs) {
      Replay<InputRange> replay = replays.get(input.id());
      if (replay != null) {
        String id = ids.ofNode(input);
        byte[] position = values.encode(replay.position(), "the position of " + input);
        NameTree tree = names.get(id);
        positions.put(
            id,
            new CheckpointState.SourceProgress(
                Optional.of(position),
                List.of(),
                tree == null ? List.of() : tree.image(place, newName)));
      }
    }
    return positions;
  }

  /** By id, what the sources gave to a batch. */
  Map<String, byte[]> ranges(Map<Integer, InputRange> given) {
    Map<String, byte[]> ranges = new TreeMap<>();
    for (InputNode<?> input : inputs) {
      InputRange range = given.get(input.id());
      Replay<InputRange> replay = replays.get(input.id());
      if (range != null && replay != null) {
        ranges.put(
            ids.ofNode(input), values.encode(replay.durable(range), "the range of " + input));
      }
    }
    return ranges;
  }

  /** Whether a batch has input that has to be in its plan. */
  boolean mustBeRecorded(Map<Integer, InputRange> given) {
    for (InputNode<?> input : inputs) {
      InputRange range = given.get(input.id());
      Replay<InputRange> replay = replays.get(input.id());
      if (range != null && (replay == null ? !range.isEmpty() : replay.mustBeRecorded(range))) {
        return true;
      }
    }
    return false;
  }
}
