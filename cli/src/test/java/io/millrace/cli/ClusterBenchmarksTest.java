package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterBenchmarksTest {

  @Test
  void run_saysHowToBuildThemIfTheyAreNotBuilt(@TempDir Path empty) {
    ClusterBenchmarks benchmarks = new ClusterBenchmarks(empty, "local-cluster[2,1,2048]");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> benchmarks.run(List.of(), 1, false))
        .withMessageContaining(empty.resolve("target").toString())
        .withMessageContaining("mvn package -Pbenchmarks-spark");
  }
}
