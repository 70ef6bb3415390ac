package io.millrace.benchmarks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.cluster.Load.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static final Load LOAD = new Load(Program.SUM_BY_KEY, 10, 0, 1, false, 2, 3);

  /** Has two jobs of no time in each batch, whose result is its number. */
  private static final class Steps implements Side {

    private final List<JobTime> jobs = new ArrayList<>();
    private int number;

    @Override
    public void step() {
      number++;
      // Batches may take less than a millisecond: those that count must not get jobs of others.
      long start = System.currentTimeMillis() - (number > LOAD.warmUp() ? 0 : 1_000);
      jobs.add(new JobTime(start, start));
      jobs.add(new JobTime(start, start));
    }

    @Override
    public long digest() {
      return number;
    }

    @Override
    public List<JobTime> jobs() {
      return jobs;
    }

    @Override
    public void close() {}
  }

  @Test
  void digest_isThatOfAllBatchesInTheirOrder_alsoOfThoseThatDoNotCount() throws Exception {
    long digest = 0;
    for (int number = 1; number <= 5; number++) {
      digest = 31 * digest + number;
    }

    assertThat(Figures.of(new Steps(), LOAD).digest()).isEqualTo(digest);
  }

  @Test
  void figures_areOfTheBatchesThatCount() throws Exception {
    Figures figures = Figures.of(new Steps(), LOAD);

    assertThat(figures.jobsPerBatch()).isEqualTo(2);
    assertThat(figures.recordsPerSecond()).isPositive();
    assertThat(figures.p99Millis()).isGreaterThanOrEqualTo(figures.p50Millis());
    assertThat(figures.overheadMillis()).isEqualTo(figures.p50Millis());
  }

  @Test
  void repeatedBatches_haveTheDigestThatIsExpectedOfThem() throws Exception {
    long ofEach = Expected.digest(new Load(Program.SUM_BY_KEY, 10, 0, 1, false, 0, 1));
    Side right =
        new Side() {
          @Override
          public void step() {}

          @Override
          public long digest() {
            return ofEach;
          }

          @Override
          public List<JobTime> jobs() {
            return List.of();
          }

          @Override
          public void close() {}
        };

    assertThat(Figures.of(right, LOAD).digest()).isEqualTo(Expected.digest(LOAD));
  }
}
