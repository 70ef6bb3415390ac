package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a stream stands still when an executor hangs on the only machine there is, where Spark
 * does not speculate: until the driver gives the executor up, as the guide says.
 */
@Tag("slow")
@Timeout(240)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGSTOP")
class HungExecutorBoundTest {

  private static final long HEARTBEAT_BOUND_MILLIS = 4_500;

  /** For tasks to run again, which restore the state elsewhere, on a machine that is busy. */
  private static final long RECOVERY_MILLIS = 40_000;

  @TempDir private Path directory;

  @Test
  void anExecutorWithoutHeartbeats_isGivenUpInTime_andNothingIsCountedTwice() throws Exception {
    SparkPrograms.Result result =
        SparkPrograms.on(directory)
            .run(
                Map.of(
                    "spark.executor.memory", "512m",
                    "spark.network.timeout", "4s",
                    "spark.executor.heartbeatInterval", "1s",
                    "spark.network.timeoutInterval", "500ms"),
                List.of(),
                StalledByExecutor.class.getName(),
                List.of(
                    "local-cluster[2,1,512]",
                    Files.createDirectory(directory.resolve("checkpoint")).toString()));

    assertThat(result.exitCode()).as(result.errors()).isZero();
    Matcher stall = Pattern.compile(StalledByExecutor.STALL + "(\\d+)").matcher(result.output());
    assertThat(stall.find()).isTrue();
    assertThat(Long.parseLong(stall.group(1)))
        .isBetween(1_000L, HEARTBEAT_BOUND_MILLIS + RECOVERY_MILLIS);
  }
}
