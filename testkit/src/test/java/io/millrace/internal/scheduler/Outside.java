package io.millrace.internal.scheduler;

import io.millrace.sink.Marker;
import io.millrace.testkit.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is there when the process is not: the disk, the targets of sinks, the clock on the wall,
 * and the notes of somebody who watches the outputs.
 */
final class Outside {

  /** A batch as an output at least once has shown it. */
  record Sight(long batch, long timeMillis, long epoch, boolean isRepeat, List<String> records) {}

  /** A batch in a target. */
  record Written(Marker marker, List<String> rows) {}

  /** What a sink writes to: every change is one atomic step. */
  static final class Target {
    private Optional<String> checkpointId = Optional.empty();
    private long epoch;
    private Optional<Marker> marker = Optional.empty();
    private final List<Written> batches = new ArrayList<>();

    Target copy() {
      Target copy = new Target();
      copy.checkpointId = checkpointId;
      copy.epoch = epoch;
      copy.marker = marker;
      copy.batches.addAll(batches);
      return copy;
    }

    /** Fences epochs below this one; false if a higher one has been here. */
    boolean open(String checkpoint, long byEpoch) {
      if (byEpoch < epoch) {
        return false;
      }
      checkpointId = Optional.of(checkpointId.orElse(checkpoint));
      epoch = byEpoch;
      return true;
    }

    Optional<String> checkpointId() {
      return checkpointId;
    }

    Optional<Marker> marker() {
      return marker;
    }

    /** Adds a batch unless it is there; false if a higher epoch has been here. */
    boolean commit(Marker of, List<String> rows, long byEpoch) {
      if (byEpoch < epoch) {
        return false;
      }
      if (!marker.equals(Optional.of(of))) {
        write(of, rows);
        mark(of);
      }
      return true;
    }

    /** Adds rows alone. */
    void write(Marker of, List<String> rows) {
      batches.add(new Written(of, List.copyOf(rows)));
    }

    /** Sets the marker alone. */
    void mark(Marker of) {
      marker = Optional.of(of);
    }

    List<Written> batches() {
      return batches;
    }
  }

  final SimulatedDisk disk;
  final int numProcesses;
  final Map<String, Target> targets = new TreeMap<>();
  final List<Sight> sights = new ArrayList<>();

  /** By stream and batch, what an output was given. */
  final Map<String, Map<Long, List<String>>> firings = new TreeMap<>();

  /** Time of each batch that an output was run for. */
  final Map<Long, Long> times = new TreeMap<>();

  /** Up to which number each source need not give them again. */
  final Map<String, Integer> acknowledged = new TreeMap<>();

  long nowMillis;
  long wallOffsetMillis;

  /** Whether the wall clock is set now and then. */
  boolean hasClockSteps = true;

  Outside() {
    this(new SimulatedDisk(), 1);
  }

  private Outside(SimulatedDisk disk, int numProcesses) {
    this.disk = disk;
    this.numProcesses = numProcesses;
  }

  /** The same with another disk, as the process of this number finds it. */
  Outside with(SimulatedDisk other, int processNumber) {
    Outside copy = new Outside(other, processNumber);
    targets.forEach((name, target) -> copy.targets.put(name, target.copy()));
    copy.sights.addAll(sights);
    copy.times.putAll(times);
    firings.forEach((stream, batches) -> copy.firings.put(stream, new TreeMap<>(batches)));
    copy.acknowledged.putAll(acknowledged);
    copy.nowMillis = nowMillis;
    copy.wallOffsetMillis = wallOffsetMillis;
    copy.hasClockSteps = hasClockSteps;
    return copy;
  }

  Target target(String name) {
    return targets.computeIfAbsent(name, key -> new Target());
  }

  List<Written> written(String name) {
    return target(name).batches();
  }
}
