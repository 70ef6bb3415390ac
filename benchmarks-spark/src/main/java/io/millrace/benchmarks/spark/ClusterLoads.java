package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.cluster.Load;
import io.millrace.benchmarks.cluster.Load.Program;
import java.util.LinkedHashMap;
import java.util.Map;

/** The loads by name. */
final class ClusterLoads {

  /**
   * Batches of state come by the tens, since Spark Streaming writes all of it every tenth time; and
   * by the hundred, since one in a hundred is what the 99th percentile is of. Where a batch is a
   * matter of milliseconds, most of them are code of the driver, which runs a few times for each
   * and is compiled after more than a thousand.
   */
  static final Map<String, Load> BY_NAME = byName();

  private ClusterLoads() {}

  /**
   * The load of a name.
   *
   * @throws IllegalArgumentException if there is none; names those that there are
   */
  static Load named(String name) {
    Load load = BY_NAME.get(name);
    if (load == null) {
      throw new IllegalArgumentException(
          "there is no workload "
              + name
              + " for a cluster; there are "
              + String.join(", ", BY_NAME.keySet()));
    }
    return load;
  }

  private static Map<String, Load> byName() {
    Map<String, Load> loads = new LinkedHashMap<>();
    loads.put("wordcount", new Load(Program.WORD_COUNT, 100_000, 0, 1, false, 30, 60));
    loads.put("state", new Load(Program.RUNNING_SUM, 200_000, 1_000_000, 8, true, 30, 100));
    loads.put("small-batch", new Load(Program.SUM_BY_KEY, 1_000, 0, 1, false, 1_500, 500));
    loads.put("driver-overhead", new Load(Program.SUM_BY_KEY, 1_000, 0, 1, true, 1_500, 500));
    return loads;
  }
}
