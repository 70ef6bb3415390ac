package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sink.FileSinkReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Executors that hang in the middle of a task, and Spark that speculates. */
@Tag("slow")
@Timeout(240)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGSTOP")
class HungExecutorTest {

  @TempDir private Path directory;

  @Test
  void aStreamGoesOn_andTheLateAttemptDoesNoHarm() throws Exception {
    try (StandaloneCluster cluster =
        StandaloneCluster.start(Files.createDirectory(directory.resolve("cluster")), 2)) {
      Map<String, String> settings = new HashMap<>(cluster.settings(2));
      settings.put("spark.speculation", "true");
      settings.put("spark.speculation.interval", "50ms");
      settings.put("spark.speculation.multiplier", "1.5");
      settings.put("spark.speculation.quantile", "0.5");
      // What was shuffled and is with the executor that hangs, is given up and made again.
      settings.put("spark.shuffle.io.connectionTimeout", "2s");
      settings.put("spark.shuffle.io.maxRetries", "1");
      settings.put("spark.shuffle.io.retryWait", "100ms");
      SparkPrograms.Result result =
          SparkPrograms.on(directory)
              .run(
                  settings,
                  List.of(),
                  StoppedExecutors.class.getName(),
                  List.of(cluster.url(), directory.toString()));
      assertThat(result.exitCode()).as(result.output() + result.errors() + cluster.logs()).isZero();
      assertThat(result.output())
          .containsPattern("[1-9] late at " + StoppedExecutors.STOP_COUNTING)
          .containsPattern("[1-9] late at " + StoppedExecutors.STOP_WRITING);
    }
    assertThat(inDatabase()).containsExactlyInAnyOrderElementsOf(expectedTotals());
    assertThat(lines(StoppedExecutors.totals(directory)))
        .containsExactlyInAnyOrderElementsOf(expectedTotals());
    assertThat(lines(StoppedExecutors.words(directory)))
        .containsExactlyInAnyOrderElementsOf(
            expectedWords().stream().flatMap(List::stream).toList());
  }

  private static List<List<String>> expectedWords() {
    List<List<String>> all = new ArrayList<>();
    for (int batch = 1; batch <= StoppedExecutors.BATCHES; batch++) {
      List<String> words = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
      if (batch == StoppedExecutors.STOP_COUNTING_IN) {
        words.add(StoppedExecutors.STOP_COUNTING);
      } else if (batch == StoppedExecutors.STOP_WRITING_IN) {
        words.add(StoppedExecutors.STOP_WRITING);
      }
      all.add(words);
    }
    return all;
  }

  private static List<String> expectedTotals() {
    Map<String, Integer> totals = new HashMap<>();
    List<String> lines = new ArrayList<>();
    int batch = 0;
    for (List<String> words : expectedWords()) {
      batch++;
      for (String word : words) {
        lines.add(batch + " " + word + " " + totals.merge(word, 1, Integer::sum));
      }
    }
    return lines;
  }

  private static List<String> lines(String target) throws Exception {
    try (FileSinkReader reader = FileSinkReader.open(target);
        Stream<String> lines = reader.lines()) {
      return lines.toList();
    }
  }

  private List<String> inDatabase() throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = StoppedExecutors.database(directory).open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select * from totals")) {
      while (row.next()) {
        rows.add(row.getLong(1) + " " + row.getString(2) + " " + row.getInt(3));
      }
    }
    return rows;
  }
}
