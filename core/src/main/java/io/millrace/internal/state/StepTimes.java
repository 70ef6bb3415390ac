package io.millrace.internal.state;

import java.util.Map;
import java.util.TreeMap;

/**
 * The batch times of steps. Steps that follow each other at one interval take no more room than one
 * step, so a long timeout with short batches stays cheap.
 */
final class StepTimes {

  private final TreeMap<Integer, Run> runs = new TreeMap<>();

  /** Steps at equal distances. */
  private static final class Run {
    final int firstStep;
    final long firstMillis;
    int lastStep;
    long intervalMillis;

    Run(int step, long millis) {
      this.firstStep = step;
      this.firstMillis = millis;
      this.lastStep = step;
    }

    long millis(int step) {
      return firstMillis + (step - firstStep) * intervalMillis;
    }

    boolean takes(int step, long millis) {
      return step == lastStep + 1
          && (firstStep == lastStep || millis - millis(lastStep) == intervalMillis);
    }
  }

  /** Notes the time of a step later than all before. */
  void add(int step, long millis) {
    Map.Entry<Integer, Run> last = runs.lastEntry();
    if (last != null && last.getValue().takes(step, millis)) {
      Run run = last.getValue();
      run.intervalMillis = millis - run.millis(run.lastStep);
      run.lastStep = step;
    } else {
      runs.put(step, new Run(step, millis));
    }
  }

  /** The time of a step that was added and not forgotten. */
  long millis(int step) {
    Map.Entry<Integer, Run> entry = runs.floorEntry(step);
    if (entry == null || step > entry.getValue().lastStep) {
      throw new IllegalStateException("the time of step " + step + " is not known");
    }
    return entry.getValue().millis(step);
  }

  void forgetBefore(int step) {
    Integer kept = runs.floorKey(step);
    if (kept != null) {
      runs.headMap(kept).clear();
    }
  }

  /** Takes {@code base} off the number of each step; those that are then negative are forgotten. */
  void renumber(int base) {
    forgetBefore(base);
    TreeMap<Integer, Run> before = new TreeMap<>(runs);
    runs.clear();
    before.values().forEach(run -> add(run, base));
  }

  private void add(Run run, int base) {
    int first = Math.max(run.firstStep, base);
    Run moved = new Run(first - base, run.millis(first));
    moved.lastStep = run.lastStep - base;
    moved.intervalMillis = run.intervalMillis;
    runs.put(moved.firstStep, moved);
  }

  int numRuns() {
    return runs.size();
  }
}
