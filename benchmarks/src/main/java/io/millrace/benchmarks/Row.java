package io.millrace.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One line of the result.
 *
 * @param workload what ran
 * @param unit of baseline and figure
 * @param baseline the loop written by hand, NaN if there is none
 * @param figure Millrace
 * @param p50Millis median time per batch, NaN where it does not apply
 * @param p99Millis 99th percentile of it
 * @param digestsEqual whether both came to the same result
 */
record Row(
    String workload,
    String unit,
    double baseline,
    double figure,
    double p50Millis,
    double p99Millis,
    boolean digestsEqual) {

  private static final String TAG = "ROW\t";

  /** Figure over baseline. */
  double ratio() {
    return figure / baseline;
  }

  /** For the parent process. */
  String toLine() {
    return TAG
        + String.join(
            "\t",
            workload,
            unit,
            Double.toString(baseline),
            Double.toString(figure),
            Double.toString(p50Millis),
            Double.toString(p99Millis),
            Boolean.toString(digestsEqual));
  }

  static boolean isRow(String line) {
    return line.startsWith(TAG);
  }

  static Row parse(String line) {
    String[] parts = line.substring(TAG.length()).split("\t");
    return new Row(
        parts[0],
        parts[1],
        Double.parseDouble(parts[2]),
        Double.parseDouble(parts[3]),
        Double.parseDouble(parts[4]),
        Double.parseDouble(parts[5]),
        Boolean.parseBoolean(parts[6]));
  }

  /** The median of each column over several runs of one workload. */
  static Row median(List<Row> runs) {
    Row first = runs.get(0);
    return new Row(
        first.workload,
        first.unit,
        median(runs, Row::baseline),
        median(runs, Row::figure),
        median(runs, Row::p50Millis),
        median(runs, Row::p99Millis),
        runs.stream().allMatch(Row::digestsEqual));
  }

  static double median(List<Row> runs, ToDoubleFunction<Row> column) {
    return Percentiles.of(runs.stream().mapToDouble(column).toArray()).at(0.5);
  }

  /**
   * One JSON object.
   *
   * @param ratio the median of the runs' ratios, since speed drifts between runs
   */
  String toJson(double ratio) {
    return "{\"workload\":\""
        + workload
        + "\",\"unit\":\""
        + unit
        + "\",\"baseline\":"
        + number(baseline)
        + ",\"figure\":"
        + number(figure)
        + ",\"ratio\":"
        + number(ratio)
        + ",\"p50Millis\":"
        + number(p50Millis)
        + ",\"p99Millis\":"
        + number(p99Millis)
        + ",\"digestsEqual\":"
        + digestsEqual
        + "}";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "null";
  }
}
