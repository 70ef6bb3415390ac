package io.millrace.cli;

import io.millrace.benchmarks.BenchMain;
import io.millrace.benchmarks.Collector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bench",
    description = {
      "Measure this machine: what Millrace does beside a loop written by hand.",
      "",
      "With --master, what it does on a Spark cluster beside Spark Streaming: wordcount, state,"
          + " small-batch, driver-overhead.",
      "",
      "Runs each workload in several fresh processes and prints a row with medians: the loop, Millrace,"
          + " their ratio, the time per batch where it applies, and whether both came to the same"
          + " result.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace bench                            all of them, which takes minutes",
      "  millrace bench wordcount --forks 1        one, quickly",
      "  millrace bench --json > figures.jsonl",
      "  millrace bench --compare HEAD~1 state     this version beside the one before",
      "  millrace bench --master local-cluster[2,1,2048] state"
    })
final class BenchCommand implements Callable<Integer> {

  /** What the help lists. */
  static final class Workloads implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return BenchMain.workloadNames().iterator();
    }
  }

  @Parameters(
      arity = "0..*",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "WORKLOAD",
      completionCandidates = Workloads.class,
      description = "What to measure: ${COMPLETION-CANDIDATES}.%nDefault: all of them")
  private List<String> workloads = List.of();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "How many processes run each workload.")
  private int forks = 5;

  @Option(
      names = "--gc",
      arity = "0..1",
      fallbackValue = "default",
      paramLabel = "COLLECTOR",
      description =
          "The garbage collector of both sides: parallel, g1, serial, zgc, or default, the JVM's own"
              + " choice, which --gc alone means too.")
  private String collector = "parallel";

  @Option(
      names = "--compare",
      paramLabel = "REVISION",
      showDefaultValue = Visibility.NEVER,
      description =
          "Build another revision of this clone in a temporary work tree, run both in turn, and"
              + " compare their ratios to their baselines; fails if one is more than a tenth worse.")
  private Optional<String> revision = Optional.empty();

  @Option(
      names = "--master",
      paramLabel = "MASTER",
      showDefaultValue = Visibility.NEVER,
      description = "A Spark cluster to measure on, as local-cluster[2,1,2048].")
  private Optional<String> master = Optional.empty();

  @Override
  public Integer call() throws Exception {
    if (forks < 1) {
      throw new UsageException("--forks must be at least 1, not " + forks);
    }
    return master.isPresent()
        ? ClusterBenchmarks.on(master.get()).run(workloads, forks, json)
        : here();
  }

  private int here() throws Exception {
    List<String> args = new ArrayList<>();
    for (String workload : workloads) {
      if (!BenchMain.workloadNames().contains(workload)) {
        throw new UsageException(
            "there is no workload "
                + workload
                + "; there are "
                + String.join(", ", BenchMain.workloadNames()));
      }
      args.add(workload);
    }
    args.add("--forks");
    args.add(String.valueOf(forks));
    args.add("--gc");
    args.add(collector(collector));
    revision.ifPresent(
        other -> {
          args.add("--compare");
          args.add(other);
        });
    if (json) {
      args.add("--json");
    }
    BenchMain.main(args.toArray(String[]::new));
    return 0;
  }

  private static String collector(String name) {
    try {
      Collector.parse(name);
      return name;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }
}
