package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Measures this version and another revision of the project in turn, and compares the ratios that
 * each has to its own baseline; a change below 1 is for the worse. The other one is checked out
 * into a temporary work tree and built there; so it needs a clone, git and Maven.
 */
final class RevisionComparison {

  /** A workload may lose a tenth. */
  private static final double WORST_CHANGE = 0.9;

  /** Rates; other units are times and sizes. */
  private static final Predicate<String> HIGHER_IS_BETTER = unit -> unit.endsWith("/s");

  private final Path root;
  private final String revision;
  private final Collector collector;

  /**
   * @param revision as git names it
   * @throws IllegalArgumentException if this is not run from a build in a clone of the project
   */
  RevisionComparison(String revision, Collector collector) {
    this.root = root();
    this.revision = revision;
    this.collector = collector;
  }

  /** The clone that {@code cli/target/millrace.jar} was built in. */
  private static Path root() {
    Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
    Path target = jar.getParent();
    Path root =
        target == null || target.getParent() == null ? null : target.getParent().getParent();
    if (root == null || !Files.exists(root.resolve(".git"))) {
      throw new IllegalArgumentException(
          "--compare builds another revision, so run it by bin/millrace in a clone of the project");
    }
    return root;
  }

  /**
   * Runs the workloads in turn.
   *
   * @param pairs how often each version runs each workload
   * @return whether no ratio is more than a tenth worse, in the median of the pairs
   */
  boolean run(Collection<String> workloads, int pairs) throws IOException, InterruptedException {
    Path tree = root.resolve("benchmarks/target/compare");
    git("worktree", "prune");
    git("worktree", "add", "--force", "--detach", tree.toString(), revision);
    try {
      execute(tree, "bash", tree.resolve("bin/millrace").toString(), "--help");
      Forks before = new Forks(tree.resolve("cli/target/millrace.jar").toString(), collector);
      Forks now = Forks.here(collector);
      System.out.printf(
          Locale.ROOT, "%-20s %12s %12s %8s%n", "ratio to baseline", "before", "now", "change");
      boolean isGood = true;
      for (String workload : workloads) {
        isGood &= compare(workload, before, now, pairs);
      }
      return isGood;
    } finally {
      git("worktree", "remove", "--force", tree.toString());
    }
  }

  private static boolean compare(String workload, Forks before, Forks now, int pairs)
      throws IOException, InterruptedException {
    Map<String, List<Double>> ratiosBefore = new TreeMap<>();
    Map<String, List<Double>> ratiosNow = new TreeMap<>();
    Map<String, String> units = new TreeMap<>();
    for (int pair = 0; pair < pairs; pair++) {
      // Which of them is first alternates too, as machines grow warm.
      boolean isBeforeFirst = pair % 2 == 0;
      add(
          (isBeforeFirst ? before : now).run(workload),
          isBeforeFirst ? ratiosBefore : ratiosNow,
          units);
      add(
          (isBeforeFirst ? now : before).run(workload),
          isBeforeFirst ? ratiosNow : ratiosBefore,
          units);
    }
    boolean isGood = true;
    for (Map.Entry<String, List<Double>> entry : ratiosNow.entrySet()) {
      List<Double> others = ratiosBefore.get(entry.getKey());
      double ratio = median(entry.getValue());
      double other = others == null ? Double.NaN : median(others);
      double change =
          HIGHER_IS_BETTER.test(units.get(entry.getKey())) ? ratio / other : other / ratio;
      boolean isWorse = change < WORST_CHANGE;
      isGood &= !isWorse;
      System.out.printf(
          Locale.ROOT,
          "%-20s %12.3f %12.3f %8.3f%s%n",
          entry.getKey(),
          other,
          ratio,
          change,
          isWorse ? "  WORSE" : "");
    }
    return isGood;
  }

  private static void add(
      List<Row> rows, Map<String, List<Double>> ratios, Map<String, String> units) {
    for (Row row : rows) {
      units.put(row.workload(), row.unit());
      if (!row.digestsEqual()) {
        throw new IllegalStateException(
            row.workload() + " came to another result than its baseline");
      }
      ratios.computeIfAbsent(row.workload(), key -> new ArrayList<>()).add(row.ratio());
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    execute(root, command.toArray(String[]::new));
  }

  private static void execute(Path directory, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException(
          String.join(" ", command)
              + " failed with exit code "
              + exit
              + "; run it by hand to see why");
    }
  }
}
