package io.millrace.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Runs workloads, each several times in a child process, and prints the medians: {@code BenchMain
 * [--json] [--forks N] [--gc COLLECTOR] [--compare REVISION] [workload…]}.
 */
public final class BenchMain {

  private static final int DEFAULT_FORKS = 5;
  static final String FORK = "--in-this-process";

  private static final Map<String, Supplier<Workload>> WORKLOADS = workloads();

  private BenchMain() {}

  private static Map<String, Supplier<Workload>> workloads() {
    Map<String, Supplier<Workload>> workloads = new LinkedHashMap<>();
    workloads.put("wordcount", WordCountWorkload::new);
    workloads.put("operators", OperatorsWorkload::new);
    workloads.put("small-batch", () -> SmallBatchWorkload.of(1_000));
    workloads.put("empty-batch", () -> SmallBatchWorkload.of(0));
    workloads.put("interval", IntervalWorkload::new);
    workloads.put("state", StateWorkload::new);
    workloads.put("state-all-keys", StateAllKeysWorkload::new);
    workloads.put("state-memory", StateMemoryWorkload::new);
    workloads.put("window", () -> new WindowWorkload(false));
    workloads.put("window-inverse", () -> new WindowWorkload(true));
    workloads.put("checkpoint-tax", CheckpointTaxWorkload::new);
    workloads.put("commit", CommitWorkload::new);
    workloads.put("recovery", RecoveryWorkload::new);
    workloads.put("listing", ListingWorkload::new);
    return workloads;
  }

  /** The names that {@link #main} takes. */
  public static Collection<String> workloadNames() {
    return List.copyOf(WORKLOADS.keySet());
  }

  /**
   * Prints one row per result; throws if an argument is wrong or digests differ.
   *
   * @throws IllegalArgumentException names the argument and what would be right
   * @throws IllegalStateException if a run failed or came to another result than its baseline
   */
  public static void main(String[] args) throws Exception {
    List<String> names = new ArrayList<>();
    boolean json = false;
    int forks = DEFAULT_FORKS;
    Collector collector = Collector.PARALLEL;
    String revision = null;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals(FORK)) {
        runHere(args[i + 1]);
        return;
      } else if (args[i].equals("--json")) {
        json = true;
      } else if (args[i].equals("--forks")) {
        forks = parseForks(i + 1 < args.length ? args[i + 1] : "nothing");
        i++;
      } else if (args[i].equals("--gc")) {
        collector = Collector.parse(i + 1 < args.length ? args[i + 1] : "nothing");
        i++;
      } else if (args[i].equals("--compare") && i + 1 < args.length) {
        revision = args[++i];
      } else {
        names.add(known(args[i]));
      }
    }
    Collection<String> workloads = names.isEmpty() ? workloadNames() : names;
    if (revision == null) {
      run(workloads, forks, json, Forks.here(collector));
    } else if (!new RevisionComparison(revision, collector).run(workloads, forks)) {
      throw new IllegalStateException(
          "a workload's ratio to its baseline is more than a tenth worse than in " + revision);
    }
  }

  private static int parseForks(String text) {
    try {
      int forks = Integer.parseInt(text);
      if (forks > 0) {
        return forks;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--forks takes a positive number, not " + text, e);
    }
    throw new IllegalArgumentException("--forks takes a positive number, not " + text);
  }

  private static String known(String name) {
    if (!WORKLOADS.containsKey(name)) {
      throw new IllegalArgumentException(
          "there is no workload " + name + "; there are " + String.join(", ", workloadNames()));
    }
    return name;
  }

  private static void runHere(String name) throws Exception {
    Supplier<Workload> workload = WORKLOADS.get(known(name));
    if (workload != null) {
      for (Row row : workload.get().run()) {
        System.out.println(row.toLine());
      }
    }
  }

  private static void run(Collection<String> names, int forks, boolean json, Forks processes)
      throws Exception {
    if (!json) {
      System.out.printf(
          Locale.ROOT,
          "%-20s %-18s %14s %14s %7s %9s %9s  %s%n",
          "workload",
          "unit",
          "by hand",
          "millrace",
          "ratio",
          "p50 ms",
          "p99 ms",
          "digests");
    }
    boolean allEqual = true;
    for (String name : names) {
      for (List<Row> runs : runForks(name, forks, processes)) {
        Row row = Row.median(runs);
        double ratio = Row.median(runs, Row::ratio);
        System.out.println(json ? row.toJson(ratio) : table(row, ratio));
        allEqual &= row.digestsEqual();
      }
    }
    if (!allEqual) {
      throw new IllegalStateException("a workload came to another result than its baseline");
    }
  }

  private static String table(Row row, double ratio) {
    return String.format(
        Locale.ROOT,
        "%-20s %-18s %14s %14s %7s %9s %9s  %s",
        row.workload(),
        row.unit(),
        cell(row.baseline()),
        cell(row.figure()),
        cell(ratio),
        cell(row.p50Millis()),
        cell(row.p99Millis()),
        row.digestsEqual() ? "equal" : "DIFFER");
  }

  private static String cell(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    return value >= 1_000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  /** Each row's runs. */
  private static Collection<List<Row>> runForks(String name, int forks, Forks processes)
      throws IOException, InterruptedException {
    Map<String, List<Row>> rows = new TreeMap<>();
    for (int i = 0; i < forks; i++) {
      for (Row row : processes.run(name)) {
        rows.computeIfAbsent(row.workload(), workload -> new ArrayList<>()).add(row);
      }
    }
    return rows.values();
  }
}
