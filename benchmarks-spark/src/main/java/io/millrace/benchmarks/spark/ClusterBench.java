package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.cluster.Expected;
import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs loads on a cluster with Millrace and with Spark Streaming, in processes that take turns, and
 * prints medians: {@code ClusterBench --directory D --master M [--json] [--forks N] [--batches N]
 * [--baseline-conf KEY=VALUE]… [--millrace-conf KEY=VALUE]… [workload…]}, where {@code D} is this
 * module's directory.
 */
public final class ClusterBench {

  private static final int DEFAULT_FORKS = 5;

  private final String master;
  private final SparkProcess millrace;
  private final SparkProcess baseline;
  private final int batches;

  private ClusterBench(Arguments arguments) {
    this.master = arguments.master;
    this.batches = arguments.batches;
    this.millrace =
        new SparkProcess(
            MillraceSide.class.getName(),
            arguments.directory.resolve("target/spark-home/jars"),
            arguments.millraceConf);
    this.baseline =
        new SparkProcess(
            "io.millrace.benchmarks.spark.baseline.SparkStreamingSide",
            arguments.directory.resolve("baseline/target/spark-home/jars"),
            arguments.baselineConf);
  }

  /** What the command line says. */
  private static final class Arguments {
    private Path directory = Path.of(".");
    private String master = "local-cluster[2,1,2048]";
    private boolean json;
    private int forks = DEFAULT_FORKS;
    private int batches;
    private final Map<String, String> millraceConf = new HashMap<>();
    private final Map<String, String> baselineConf = new HashMap<>();
    private final List<String> workloads = new ArrayList<>();

    private Arguments(String[] args) {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--directory" -> directory = Path.of(value(args, i++));
          case "--master" -> master = value(args, i++);
          case "--forks" -> forks = positive(args[i], value(args, i++));
          case "--batches" -> batches = positive(args[i], value(args, i++));
          case "--millrace-conf" -> put(millraceConf, value(args, i++));
          case "--baseline-conf" -> put(baselineConf, value(args, i++));
          case "--json" -> json = true;
          default -> {
            ClusterLoads.named(args[i]);
            workloads.add(args[i]);
          }
        }
      }
      if (workloads.isEmpty()) {
        workloads.addAll(ClusterLoads.BY_NAME.keySet());
      }
    }

    private static String value(String[] args, int option) {
      if (option + 1 == args.length) {
        throw new IllegalArgumentException(args[option] + " takes a value");
      }
      return args[option + 1];
    }

    private static int positive(String option, String text) {
      try {
        int number = Integer.parseInt(text);
        if (number > 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(option + " takes a positive number, not " + text, e);
      }
      throw new IllegalArgumentException(option + " takes a positive number, not " + text);
    }

    private static void put(Map<String, String> conf, String setting) {
      int split = setting.indexOf('=');
      if (split < 1) {
        throw new IllegalArgumentException("a setting is KEY=VALUE, not " + setting);
      }
      conf.put(setting.substring(0, split), setting.substring(split + 1));
    }
  }

  /**
   * Prints what both sides came to.
   *
   * @throws IllegalArgumentException names the argument and what would be right
   * @throws IllegalStateException if a process failed, or a side came to a wrong result; names it
   */
  public static void main(String[] args) throws Exception {
    Arguments arguments = new Arguments(args);
    ClusterBench bench = new ClusterBench(arguments);
    if (!arguments.json) {
      System.out.println(Comparison.header());
    }
    List<String> wrong = new ArrayList<>();
    for (String workload : arguments.workloads) {
      Comparison comparison = bench.compare(workload, arguments.forks);
      System.out.println(arguments.json ? comparison.toJson() : comparison.table());
      comparison.wrongSides().forEach(side -> wrong.add(workload + " by " + side));
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(
          "not what a loop over the same data comes to: " + String.join(", ", wrong));
    }
  }

  /** Each side goes first in every other turn. */
  private Comparison compare(String workload, int forks) throws IOException, InterruptedException {
    Load full = ClusterLoads.named(workload);
    Load load = batches == 0 ? full : full.withBatches(batches);
    List<Figures> ofBaseline = new ArrayList<>();
    List<Figures> ofMillrace = new ArrayList<>();
    for (int i = 0; i < forks; i++) {
      boolean isBaselineFirst = i % 2 == 0;
      if (isBaselineFirst) {
        ofBaseline.add(baseline.run(master, load));
      }
      ofMillrace.add(millrace.run(master, load));
      if (!isBaselineFirst) {
        ofBaseline.add(baseline.run(master, load));
      }
    }
    return new Comparison(workload, Expected.digest(load), ofBaseline, ofMillrace);
  }
}
