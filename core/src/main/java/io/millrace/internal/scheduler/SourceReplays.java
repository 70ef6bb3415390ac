package io.millrace.internal.scheduler;

import io.millrace.internal.checkpoint.CheckpointState;
import io.millrace.internal.checkpoint.Fact;
import io.millrace.source.InputRange;
import io.millrace.source.Replay;
import io.millrace.source.Source;
import io.millrace.stream.graph.InputNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The sources of a program that can be brought back to where an earlier driver left them. */
final class SourceReplays {

  private final StreamIds ids;
  private final DurableValues values;
  private final List<InputNode<?>> inputs = new ArrayList<>();
  private final Map<Integer, Replay<InputRange>> replays = new HashMap<>();

  SourceReplays(StreamIds ids, DurableValues values) {
    this.ids = ids;
    this.values = values;
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
      CheckpointState.SourceProgress progress = state.sources().get(ids.ofNode(input));
      if (progress != null && progress.position().isPresent()) {
        replay
            .get()
            .restore(
                values.decode(progress.position().get(), "the position of " + input),
                values.decodeAll(progress.ranges(), "the ranges of " + input));
      }
    }
  }

  /** What a source gave to a batch that was planned; empty if it had no part in it. */
  Optional<InputRange> range(InputNode<?> input, Fact.Planned planned) throws Exception {
    byte[] range = planned.ranges().get(ids.ofNode(input));
    Replay<InputRange> replay = replays.get(input.id());
    return range == null || replay == null
        ? Optional.empty()
        : Optional.of(replay.range(values.decode(range, "the range of " + input)));
  }

  /** The batch that was planned, with what the sources gave to it. */
  RecordedBatch recorded(Fact.Planned planned) throws Exception {
    Map<Integer, InputRange> ranges = new HashMap<>();
    for (InputNode<?> input : inputs) {
      range(input, planned).ifPresent(range -> ranges.put(input.id(), range));
    }
    return new RecordedBatch(
        planned.batch(),
        planned.kind(),
        planned.timeMillis(),
        planned.previousMillis(),
        planned.numMergedTicks(),
        ranges);
  }

  /** By id, where the sources are. */
  Map<String, byte[]> positions() {
    Map<String, byte[]> positions = new TreeMap<>();
    for (InputNode<?> input : inputs) {
      Replay<InputRange> replay = replays.get(input.id());
      if (replay != null) {
        positions.put(
            ids.ofNode(input), values.encode(replay.position(), "the position of " + input));
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
