package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.Percentiles;
import io.millrace.benchmarks.cluster.Figures;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What several runs of both sides came to; run by run, one side after the other.
 *
 * @param workload its name
 */
record Comparison(String workload, List<Figures> baseline, List<Figures> millrace) {

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

  boolean digestsEqual() {
    long digest = millrace.get(0).digest();
    return millrace.stream().allMatch(figures -> figures.digest() == digest)
        && baseline.stream().allMatch(figures -> figures.digest() == digest);
  }

  /** Two lines of the table. */
  String table() {
    return line("spark streaming", baseline, "")
        + System.lineSeparator()
        + line(
            "millrace",
            millrace,
            String.format(
                Locale.ROOT,
                "%.2f (p50 %.2f), digests %s",
                ratio(),
                p50Ratio(),
                digestsEqual() ? "equal" : "DIFFER"));
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
            + "\"digestsEqual\":%s}",
        workload,
        json(baseline),
        json(millrace),
        ratio(),
        p50Ratio(),
        digestsEqual());
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
