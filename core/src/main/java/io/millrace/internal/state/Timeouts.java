package io.millrace.internal.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Finds the keys that have not been touched for longer than the timeout, without looking at the
 * others: a lazy variant of the timing wheels of Varghese and Lauck (1987).
 *
 * <p>Each key stands in one bucket, that of the step that was its last touch when it was put there.
 * Being touched again does not move it. Only when the bucket is due is it looked at, and if it was
 * touched since, put into the bucket of that step. So a key costs 4 bytes here, and one look per
 * timeout at most.
 *
 * <p>Nothing here changes before the step is adopted.
 */
final class Timeouts {

  private final long timeoutMillis;

  /** By step; every key with a value was last touched in the step of its bucket, or later. */
  private final TreeMap<Integer, Bucket> buckets = new TreeMap<>();

  private final StepTimes times = new StepTimes();

  /** The positions that stand in a bucket. */
  private final BitSet queued = new BitSet();

  /** The step that has the time of the next one, as that of restored keys is not known; or -1. */
  private int undatedStep = -1;

  private final List<Integer> dueSteps = new ArrayList<>();

  /** Room for positions in all buckets, of which there may be many. */
  private long capacity;

  private final class Bucket {
    int[] positions = new int[4];
    int size;

    Bucket() {
      capacity += positions.length;
    }

    void add(int position) {
      if (size == positions.length) {
        positions = Arrays.copyOf(positions, Growth.next(size));
        capacity += positions.length - size;
      }
      positions[size++] = position;
    }
  }

  Timeouts(long timeoutMillis) {
    this.timeoutMillis = timeoutMillis;
  }

  /** The positions that time out at {@code timeMillis}: those that this step touched do not. */
  int[] due(Entries entries, long timeMillis) {
    dueSteps.clear();
    int[] due = new int[16];
    int size = 0;
    for (Map.Entry<Integer, Bucket> entry : buckets.entrySet()) {
      if (!isDue(entry.getKey(), timeMillis)) {
        break;
      }
      dueSteps.add(entry.getKey());
      Bucket bucket = entry.getValue();
      for (int i = 0; i < bucket.size; i++) {
        int position = bucket.positions[i];
        if (entries.isPresent(position)
            && entries.lastTouch(position) != entries.step()
            && isDue(entries.lastTouch(position), timeMillis)) {
          due = size < due.length ? due : Arrays.copyOf(due, 2 * size);
          due[size++] = position;
        }
      }
    }
    return Arrays.copyOf(due, size);
  }

  private boolean isDue(int step, long timeMillis) {
    return step != undatedStep && times.millis(step) < timeMillis - timeoutMillis;
  }

  /**
   * The time of the last touch of a position that has a value.
   *
   * @param timeMillis the time of the step under way
   */
  long touchedMillis(Entries entries, int position, long timeMillis) {
    int touched = entries.lastTouch(position);
    return touched == entries.step() ? timeMillis : times.millis(touched);
  }

  /** Takes in that a step is being adopted; before any {@link #queue}. */
  void adopt(Entries entries, long timeMillis) {
    if (undatedStep >= 0) {
      times.add(undatedStep, timeMillis);
      undatedStep = -1;
    }
    times.add(entries.step(), timeMillis);
    for (int step : dueSteps) {
      Bucket bucket = Objects.requireNonNull(buckets.remove(step));
      capacity -= bucket.positions.length;
      for (int i = 0; i < bucket.size; i++) {
        int position = bucket.positions[i];
        queued.clear(position);
        if (entries.isPresent(position)) {
          queue(entries, position);
        }
      }
    }
    dueSteps.clear();
    times.forgetBefore(oldestStep(entries));
  }

  private int oldestStep(Entries entries) {
    return buckets.isEmpty() ? entries.step() : Math.min(buckets.firstKey(), entries.step());
  }

  /**
   * Takes over entries with the times of their last touch, before the first step.
   *
   * @param touchedMillis by position; {@link ContentSink#NO_NOTE} if that is not known: as if the
   *     first step to come touched the key
   */
  void restore(Entries entries, long[] touchedMillis) {
    int[] present = entries.presentPositions();
    long[] distinct =
        Arrays.stream(present)
            .mapToLong(position -> touchedMillis[position])
            .filter(millis -> millis != ContentSink.NO_NOTE)
            .sorted()
            .distinct()
            .toArray();
    for (int i = 0; i < distinct.length; i++) {
      times.add(i + 1, distinct[i]);
    }
    undatedStep = distinct.length + 1;
    for (int position : present) {
      int rank = Arrays.binarySearch(distinct, touchedMillis[position]);
      entries.restoreTouch(position, rank < 0 ? undatedStep : rank + 1);
      queue(entries, position);
    }
    entries.restoreSteps(undatedStep);
  }

  /** Puts a key that has a value into its bucket, unless it stands in one already. */
  void queue(Entries entries, int position) {
    if (!queued.get(position)) {
      queued.set(position);
      buckets.computeIfAbsent(entries.lastTouch(position), step -> new Bucket()).add(position);
    }
  }

  /** Takes the same number off all steps, here and in the entries, as large as can be. */
  void renumber(Entries entries) {
    int base = oldestStep(entries);
    entries.renumber(base);
    times.renumber(base);
    TreeMap<Integer, Bucket> before = new TreeMap<>(buckets);
    buckets.clear();
    before.forEach((step, bucket) -> buckets.put(step - base, bucket));
  }

  long bytes() {
    return queued.size() / Byte.SIZE + 4L * capacity;
  }
}
