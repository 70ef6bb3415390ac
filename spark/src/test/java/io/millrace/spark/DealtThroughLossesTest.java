package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.Conf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are dealt in turn are where they belong, whatever was lost on the way. */
@Tag("slow")
@Timeout(240)
class DealtThroughLossesTest {

  @TempDir private Path directory;

  @Test
  void lostExecutors_failedTasks_andSpeculation_changeNothing() throws Exception {
    Path troubles = Files.createDirectory(directory.resolve("troubles"));

    SparkPrograms.Result result =
        SparkPrograms.on(directory)
            .run(
                Map.of(
                    "spark.executor.memory", "512m",
                    "spark.shuffle.io.maxRetries", "1",
                    "spark.shuffle.io.retryWait", "100ms",
                    "spark.speculation", "true",
                    "spark.speculation.interval", "50ms",
                    "spark.speculation.multiplier", "1.5",
                    "spark.speculation.quantile", "0.25"),
                List.of(),
                DealtThroughLosses.class.getName(),
                List.of("local-cluster[2,1,512]", troubles.toString()));

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().strip()).isEqualTo(expected().toString());
    for (String trouble :
        List.of(
            DealtThroughLosses.FIRST_DEAL,
            DealtThroughLosses.SECOND_DEAL,
            DealtThroughLosses.FAILED,
            DealtThroughLosses.SLOW,
            DealtThroughLosses.SLOW + ".again")) {
      assertThat(troubles.resolve(trouble)).exists();
    }
  }

  @Test
  void theEmbeddedEngine_dealsTheSame() {
    assertThat(DealtThroughLosses.run(new Conf().setMaster("local[2]"), "")).isEqualTo(expected());
  }

  /** Record g of a dataset goes to partition g mod n. */
  private static List<List<Integer>> expected() {
    List<Integer> numbers = IntStream.range(0, 3_000).filter(i -> i % 7 != 0).boxed().toList();
    List<Integer> between =
        dealt(numbers, 4).stream().flatMap(List::stream).filter(i -> i % 5 != 0).toList();
    return dealt(between, 3);
  }

  private static List<List<Integer>> dealt(List<Integer> records, int numPartitions) {
    List<List<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < numPartitions; i++) {
      parts.add(new ArrayList<>());
    }
    for (int g = 0; g < records.size(); g++) {
      parts.get(g % numPartitions).add(records.get(g));
    }
    return parts;
  }
}
