package io.millrace.spark;

import io.millrace.internal.embedded.Dealing;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;

/**
 * Brings the numbers of records of an exchange's map partitions to the driver. The first number of
 * a partition counts for good: tasks that read the exchange must all deal it in the same way, also
 * if a part of it is lost and computed again.
 */
final class MapCounts extends AccumulatorV2<MapCounts.OfTask, List<MapCounts.OfTask>> {

  private static final long serialVersionUID = 1L;

  /** The records of one map partition. */
  record OfTask(int mapPartition, long numRecords) implements Serializable {}

  /**
   * How an exchange is dealt, as it travels to the tasks that read it. Spark serializes these when
   * the map stage has ended, in the thread that has merged its counts.
   */
  record Turns(MapCounts counts, int numMaps, int numTargets) implements Serializable {
    private Object writeReplace() {
      return new KnownTurns(counts.dealing(numMaps, numTargets));
    }

    Dealing dealing() {
      return KnownTurns.require(counts.dealing(numMaps, numTargets));
    }
  }

  /** Null in what is sent before the map stage has ended, where nothing reads it. */
  record KnownTurns(@Nullable Dealing dealing) implements Serializable {
    static Dealing require(@Nullable Dealing dealing) {
      if (dealing == null) {
        throw new IllegalStateException("an exchange is read before its map stage has ended");
      }
      return dealing;
    }
  }

  private final Map<Integer, Long> counts = new HashMap<>();

  /** Null until all map partitions have been counted. */
  synchronized @Nullable Dealing dealing(int numMaps, int numTargets) {
    if (counts.size() < numMaps) {
      return null;
    }
    long[] numRecords = new long[numMaps];
    for (int i = 0; i < numMaps; i++) {
      numRecords[i] = Objects.requireNonNull(counts.get(i));
    }
    return new Dealing(numRecords, numTargets);
  }

  @Override
  public synchronized boolean isZero() {
    return counts.isEmpty();
  }

  @Override
  public synchronized AccumulatorV2<OfTask, List<OfTask>> copy() {
    MapCounts copy = new MapCounts();
    copy.counts.putAll(counts);
    return copy;
  }

  @Override
  public synchronized void reset() {
    counts.clear();
  }

  @Override
  public synchronized void add(OfTask task) {
    counts.putIfAbsent(task.mapPartition(), task.numRecords());
  }

  @Override
  public void merge(AccumulatorV2<OfTask, List<OfTask>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized List<OfTask> value() {
    return counts.entrySet().stream()
        .map(entry -> new OfTask(entry.getKey(), entry.getValue()))
        .toList();
  }
}
