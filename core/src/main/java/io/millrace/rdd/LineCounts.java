package io.millrace.rdd;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How many lines each partition has, of those that were read to their end by an attempt that was
 * accepted, in whatever process. A partition that is read again counts once.
 */
final class LineCounts extends Accumulator<HashMap<Integer, Long>> {

  private static final long serialVersionUID = 1L;

  LineCounts() {
    super("lines");
  }

  /** To be called by whoever has read a partition to its end. */
  void found(int partition, long numLines) {
    Map<Integer, Long> ofAttempt = partial();
    if (ofAttempt == null) {
      accept(new HashMap<>(Map.of(partition, numLines)));
    } else {
      ofAttempt.put(partition, numLines);
    }
  }

  OptionalLong of(int partition) {
    Map<Integer, Long> total = total();
    synchronized (total) {
      Long known = total.get(partition);
      return known == null ? OptionalLong.empty() : OptionalLong.of(known);
    }
  }

  /** How many partitions are known. */
  int size() {
    Map<Integer, Long> total = total();
    synchronized (total) {
      return total.size();
    }
  }

  long sum() {
    Map<Integer, Long> total = total();
    synchronized (total) {
      return total.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  @Override
  HashMap<Integer, Long> newPartial() {
    return new HashMap<>();
  }

  @Override
  void join(HashMap<Integer, Long> total, HashMap<Integer, Long> partial) {
    total.putAll(partial);
  }
}
