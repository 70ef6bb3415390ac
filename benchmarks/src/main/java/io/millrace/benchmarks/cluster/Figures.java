package io.millrace.benchmarks.cluster;

import io.millrace.benchmarks.Percentiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was measured of one side in one process.
 *
 * @param recordsPerSecond over all batches that count, so that rare slow ones count too
 * @param p50Millis median time of a batch, from its tick to its end
 * @param p99Millis 99th percentile of it
 * @param overheadMillis median time of a batch less the times of the jobs that began in it; of no
 *     meaning, and maybe negative, where jobs run beside the batch, as the merging of files does
 * @param jobsPerBatch how many jobs a batch has, on average
 * @param digest of the results of all batches
 */
public record Figures(
    double recordsPerSecond,
    double p50Millis,
    double p99Millis,
    double overheadMillis,
    double jobsPerBatch,
    long digest) {

  private static final String TAG = "FIGURES\t";

  /** One batch as it was timed. */
  private record Step(long startMillis, long nanos) {}

  /** Runs a side's batches. */
  public static Figures of(Side side, Load load) throws Exception {
    List<Step> steps = new ArrayList<>();
    long digest = 0;
    for (int i = -load.warmUp(); i < load.batches(); i++) {
      long startMillis = System.currentTimeMillis();
      long start = System.nanoTime();
      side.step();
      long nanos = System.nanoTime() - start;
      digest = 31 * digest + side.digest();
      if (i >= 0) {
        steps.add(new Step(startMillis, nanos));
      }
    }
    return of(steps, side.jobs(), load.perBatch(), digest);
  }

  private static Figures of(List<Step> steps, List<JobTime> jobs, int perBatch, long digest) {
    double[] jobMillis = new double[steps.size()];
    int numJobs = 0;
    for (JobTime job : jobs) {
      int step = stepOf(job, steps);
      if (step >= 0) {
        jobMillis[step] += job.endMillis() - job.startMillis();
        numJobs++;
      }
    }
    double[] millis = steps.stream().mapToDouble(step -> step.nanos() / 1e6).toArray();
    double[] overhead = new double[steps.size()];
    Arrays.setAll(overhead, i -> millis[i] - jobMillis[i]);
    Percentiles times = Percentiles.of(millis);
    return new Figures(
        steps.size() * (double) perBatch / (Arrays.stream(millis).sum() / 1e3),
        times.at(0.5),
        times.at(0.99),
        // Jobs are timed to the millisecond: off by one at most, and by nothing in the middle.
        Percentiles.of(overhead).at(0.5),
        numJobs / (double) steps.size(),
        digest);
  }

  /** The last step that had begun when the job began; -1 if that is one that does not count. */
  private static int stepOf(JobTime job, List<Step> steps) {
    int found = -1;
    for (int i = 0; i < steps.size() && steps.get(i).startMillis() <= job.startMillis(); i++) {
      found = i;
    }
    return found;
  }

  /** For the parent process. */
  public String toLine() {
    return String.format(
        Locale.ROOT,
        "%s%s\t%s\t%s\t%s\t%s\t%d",
        TAG,
        recordsPerSecond,
        p50Millis,
        p99Millis,
        overheadMillis,
        jobsPerBatch,
        digest);
  }

  /** What a line of a child process says, if it is one of figures. */
  public static Optional<Figures> parse(String line) {
    if (!line.startsWith(TAG)) {
      return Optional.empty();
    }
    String[] parts = line.substring(TAG.length()).split("\t");
    return Optional.of(
        new Figures(
            Double.parseDouble(parts[0]),
            Double.parseDouble(parts[1]),
            Double.parseDouble(parts[2]),
            Double.parseDouble(parts[3]),
            Double.parseDouble(parts[4]),
            Long.parseLong(parts[5])));
  }
}
