package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sink.FileSinkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code millrace run} on masters of Spark, started as {@code bin/millrace} does. The programs'
 * classes are in a jar alone: in a class loader below Millrace's on the driver, and in one that
 * Spark makes on executors.
 */
@Tag("slow")
@Timeout(240)
class RunJarTest {

  private static final String CLUSTER = "local-cluster[1,2,1024]";
  private static final Path COMMAND_TESTS =
      Path.of(System.getProperty("basedir", "."))
          .resolve("../cli/src/test/resources/io/millrace/cli");

  @TempDir private Path directory;

  @Test
  void aProgramsOwnClasses_areTakenEverywhere_onEveryMaster() throws Exception {
    SparkPrograms programs = SparkPrograms.on(directory);
    Path jar = programs.jar("Orders", Files.readString(COMMAND_TESTS.resolve("Orders.java")));
    Path in = Files.createDirectory(directory.resolve("in"));
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("orders.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("create table orders(shop text, cents integer)");
    }

    Files.write(in.resolve("1"), List.of("north,300,LARGE", "south,20,SMALL", "north,7,SMALL"));
    run(programs, CLUSTER, jar, 3);
    assertThat(Files.readAllLines(directory.resolve("results"))).isEqualTo(RESULTS);
    assertThat(lines("accounts")).containsExactlyInAnyOrder("north=300", "north=307", "south=20");
    assertThat(executorLogs()).doesNotContain(" INFO Executor: Running task");

    Files.write(in.resolve("2"), List.of("south,1000,LARGE"));
    run(programs, "spark-local[2]", jar, 1);
    assertThat(Files.readAllLines(directory.resolve("results"))).isEqualTo(RESULTS);
    assertThat(lines("accounts"))
        .containsExactlyInAnyOrder("north=300", "north=307", "south=20", "south=1020");
    assertThat(lines("csv"))
        .containsExactlyInAnyOrder("north,300", "south,20", "north,7", "south,1000");
    assertThat(lines("windows")).contains("north", "south");
  }

  private static final List<String> RESULTS =
      List.of(
          "north 2 of 3",
          "max Order[shop=Shop[name=north], cents=300, size=LARGE]",
          "sums {Shop[name=north]=307, Shop[name=south]=20}",
          "joined 94649",
          "grouped [2]",
          "distinct 2",
          "read back [Order[shop=Shop[name=north], cents=300, size=LARGE]]",
          "failed by Orders$SmallChange: Order[shop=Shop[name=north], cents=7, size=SMALL]");

  private void run(SparkPrograms programs, String master, Path jar, int numOrders)
      throws Exception {
    SparkPrograms.Result result =
        programs.run(
            Map.of(
                "spark.jars",
                "",
                "log4j2.configurationFile",
                "classpath:io/millrace/cli/log4j2-on-spark.properties"),
            List.of(),
            "io.millrace.cli.Main",
            List.of(
                "run",
                "--master",
                master,
                jar.toString(),
                directory.toString(),
                Integer.toString(numOrders)));
    assertThat(result.exitCode()).as(result.errors()).isZero();
  }

  private String executorLogs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("spark-home/work"))) {
      for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
        all.append(Files.readString(log));
      }
    }
    assertThat(all).isNotEmpty();
    return all.toString();
  }

  private List<String> lines(String target) throws Exception {
    try (FileSinkReader reader = FileSinkReader.open(directory.resolve(target).toString());
        Stream<String> lines = reader.lines()) {
      return lines.toList();
    }
  }
}
