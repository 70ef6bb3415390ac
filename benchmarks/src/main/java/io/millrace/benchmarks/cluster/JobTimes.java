package io.millrace.benchmarks.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers when jobs ran, from what a cluster tells of their starts and ends. Thread-safe. */
public final class JobTimes {

  private final Map<Integer, Long> running = new HashMap<>();
  private final List<JobTime> ended = new ArrayList<>();

  public synchronized void onStart(int job, long millis) {
    running.put(job, millis);
  }

  /** Jobs whose start was not told are left out: they ran before anybody listened. */
  public synchronized void onEnd(int job, long millis) {
    Long start = running.remove(job);
    if (start != null) {
      ended.add(new JobTime(start, millis));
    }
  }

  /** Those of all jobs that have ended until now, in the order of their ends. */
  public synchronized List<JobTime> all() {
    return List.copyOf(ended);
  }
}
