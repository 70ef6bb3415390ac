package io.millrace.benchmarks.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import io.millrace.benchmarks.cluster.Expected;
import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.Load;
import io.millrace.benchmarks.cluster.Load.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MillraceSideTest {

  @ParameterizedTest
  @EnumSource(Program.class)
  void side_comesToWhatTheLoopComesTo(Program program, @TempDir Path checkpoint) throws Exception {
    Load load = new Load(program, 500, 100, 3, true, 2, 4);
    Conf conf =
        new Conf()
            .setMaster("spark-local[2]")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    Figures figures;
    try (MillraceSide side = MillraceSide.start(conf, load, checkpoint)) {
      figures = Figures.of(side, load);
    }

    assertThat(figures.digest()).isEqualTo(Expected.digest(load));
    assertThat(figures.jobsPerBatch()).isGreaterThanOrEqualTo(1);
    assertThat(figures.overheadMillis()).isLessThan(figures.p99Millis());
  }
}
