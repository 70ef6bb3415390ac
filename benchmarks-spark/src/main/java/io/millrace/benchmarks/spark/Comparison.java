package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.Percentiles;
import io.millrace.benchmarks.cluster.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What several runs of both sides came to; run by run, one side after the other.
 *
 * @param workload its name
 * @param expected what is right, as {@link Figures#digest}
 */
record Comparison(String workload, long expected, List<Figures> baseline, List<Figures> millrace) {

  private static final String BASELINE = "spark streaming";
  private static final String MILLRACE = "millrace";

  private static final String HEADER =
      String.format(
          Locale.ROOT,
          "%-16s %-16s %12s %9s %9s %12s %5s  %s",
          "workload",
          "side",
          "records/s",
          "p50 ms",
          "p99 ms",
          "overhead ms",
          "jobs",
          "ratio");

  static String header() {
    return HEADER;
  }

  /** The median of the runs' ratios of throughput, since speed drifts between runs. */
  double ratio() {
    double[] ratios = new double[millrace.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = millrace.get(i).recordsPerSecond() / baseline.get(i).recordsPerSecond();
    }
    return Percentiles.of(ratios).at(0.5);
  }

  /** Of median times of a batch: how often Millrace's fits into the baseline's. */
  double p50Ratio() {
    double[] ratios = new double[millrace.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = baseline.get(i).p50Millis() / millrace.get(i).p50Millis();
    }
    return Percentiles.of(ratios).at(0.5);
  }

  /** The sides that came to something else than what is right, in any run. */
  List<String> wrongSides() {
    List<String> wrong = new ArrayList<>();
    if (isWrong(baseline)) {
      wrong.add(BASELINE);
    }
    if (isWrong(millrace)) {
      wrong.add(MILLRACE);
    }
    return wrong;
  }

  private boolean isWrong(List<Figures> runs) {
    return runs.stream().anyMatch(figures -> figures.digest() != expected);
  }

  /** Two lines of the table. */
  String table() {
    List<String> wrong = wrongSides();
    return line(BASELINE, baseline, "")
        + System.lineSeparator()
        + line(
            MILLRACE,
            millrace,
            String.format(
                Locale.ROOT,
                "%.2f (p50 %.2f), %s",
                ratio(),
                p50Ratio(),
                wrong.isEmpty() ? "digests right" : "WRONG: " + String.join(", ", wrong)));
  }

  private String line(String side, List<Figures> runs, String rest) {
    return String.format(
        Locale.ROOT,
        "%-16s %-16s %,12.0f %9.2f %9.2f %12.2f %5.2f  %s",
        workload,
        side,
        median(runs, Figures::recordsPerSecond),
        median(runs, Figures::p50Millis),
        median(runs, Figures::p99Millis),
        median(runs, Figures::overheadMillis),
        median(runs, Figures::jobsPerBatch),
        rest);
  }

  /** One JSON object. */
  String toJson() {
    return String.format(
        Locale.ROOT,
        "{\"workload\":\"%s\",\"baseline\":%s,\"millrace\":%s,\"ratio\":%.6g,\"p50Ratio\":%.6g,"
            + "\"wrong\":[%s]}",
        workload,
        json(baseline),
        json(millrace),
        ratio(),
        p50Ratio(),
        wrongSides().stream().map(side -> '"' + side + '"').collect(Collectors.joining(",")));
  }

  private static String json(List<Figures> runs) {
    return String.format(
        Locale.ROOT,
        "{\"recordsPerSecond\":%.6g,\"p50Millis\":%.6g,\"p99Millis\":%.6g,\"overheadMillis\":%.6g,"
            + "\"jobsPerBatch\":%.6g}",
        median(runs, Figures::recordsPerSecond),
        median(runs, Figures::p50Millis),
        median(runs, Figures::p99Millis),
        median(runs, Figures::overheadMillis),
        median(runs, Figures::jobsPerBatch));
  }

  private static double median(List<Figures> runs, ToDoubleFunction<Figures> column) {
    return Percentiles.of(runs.stream().mapToDouble(column).toArray()).at(0.5);
  }
}
