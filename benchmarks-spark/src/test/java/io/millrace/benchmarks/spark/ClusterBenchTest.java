package io.millrace.benchmarks.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.Load;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterBenchTest {

  private static Figures figures(double recordsPerSecond, double p50Millis, long digest) {
    return new Figures(recordsPerSecond, p50Millis, 9, 1, 2, digest);
  }

  @Test
  void ratio_isTheMedianOfTheRunsRatios() {
    List<Figures> baseline = List.of(figures(10, 8, 7), figures(10, 8, 7), figures(100, 8, 7));
    List<Figures> millrace = List.of(figures(20, 4, 7), figures(30, 2, 7), figures(100, 8, 7));

    Comparison comparison = new Comparison("w", 7, baseline, millrace);
    assertThat(comparison.ratio()).isEqualTo(2);
    assertThat(comparison.p50Ratio()).isEqualTo(2);
    assertThat(comparison.wrongSides()).isEmpty();
    assertThat(comparison.table()).contains("digests right");
    assertThat(comparison.toJson()).endsWith("\"wrong\":[]}");
  }

  @Test
  void oneWrongDigest_showsWithTheSideThatHasIt() {
    List<Figures> right = List.of(figures(10, 8, 7), figures(10, 8, 7));
    List<Figures> wrongOnce = List.of(figures(10, 8, 7), figures(10, 8, 6));

    Comparison millraceWrong = new Comparison("w", 7, right, wrongOnce);
    assertThat(millraceWrong.wrongSides()).containsExactly("millrace");
    assertThat(millraceWrong.table()).contains("WRONG: millrace");
    assertThat(millraceWrong.toJson()).endsWith("\"wrong\":[\"millrace\"]}");
    assertThat(new Comparison("w", 7, wrongOnce, right).wrongSides())
        .containsExactly("spark streaming");
    assertThat(new Comparison("w", 8, right, right).wrongSides())
        .containsExactly("spark streaming", "millrace");
  }

  @Test
  void figuresAndLoads_surviveTheWayBetweenTheProcesses() {
    Figures figures = new Figures(1.5, 2, 3, Double.NaN, 4, -5);
    assertThat(Figures.parse(figures.toLine())).contains(figures);
    assertThat(Figures.parse("a line of a log")).isEmpty();
    for (Load load : ClusterLoads.BY_NAME.values()) {
      assertThat(Load.parse(load.toArguments())).isEqualTo(load);
    }
  }

  @Test
  void process_thatFailsIsNamedWithItsExitCode(@TempDir Path jars) {
    SparkProcess process = new SparkProcess("no.such.Program", jars, Map.of());

    assertThatIllegalStateException()
        .isThrownBy(() -> process.run("spark-local[1]", ClusterLoads.named("wordcount")))
        .withMessage("no.such.Program ended with exit code 1 and no figures");
  }

  @Test
  void main_refusesWhatItDoesNotKnow_andNamesIt(@TempDir Path empty) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterBench.main(new String[] {"wordcuont"}))
        .withMessageContaining("wordcuont")
        .withMessageContaining("wordcount");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterBench.main(new String[] {"--forks", "none"}))
        .withMessageContaining("none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterBench.main(new String[] {"--master"}))
        .withMessageContaining("--master");
    assertThatIllegalStateException()
        .isThrownBy(() -> ClusterBench.main(new String[] {"--directory", empty.toString()}))
        .withMessageContaining("mvn package -Pbenchmarks-spark");
  }
}
