package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sink.FileSinkReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    assertThat(executorLogs())
        .contains("INFO Executor: Starting executor ID")
        .doesNotContainPattern("INFO Executor: Running task .* in stage ([2-9]|\\d\\d)\\.");

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

  @Test
  void aFailure_isToldOnceWithItsTrace_afterALineForEachAttempt() throws Exception {
    SparkPrograms programs = SparkPrograms.on(directory);
    Path jar = programs.jar("Failing", FAILING);

    SparkPrograms.Result result = run(programs, "spark-local[2]", jar);

    assertThat(result.exitCode()).isEqualTo(1);
    List<String> lines = result.errors().lines().toList();
    int told = lines.indexOf("io.millrace.stream.BatchFailedException: " + MESSAGE);
    assertThat(lines.subList(told, told + 6))
        .satisfies(
            text -> assertThat(text.get(1)).startsWith("  at Failing.lambda$main$"),
            text -> assertThat(text.get(5)).startsWith("  of batch 1 at "));
    assertThat(lines.subList(0, told))
        // Of the machine's host name, and of the logging backends that the test's class path has.
        .filteredOn(line -> !line.startsWith("SLF4J(") && !line.startsWith("[main] WARN Utils"))
        .hasSizeLessThan(12)
        .noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by"));
    assertThat(lines).filteredOn(("Caused by: " + MESSAGE)::equals).hasSize(1);
    int last = lines.indexOf("millrace run: " + MESSAGE);
    assertThat(lines.subList(last, lines.size())).hasSize(6);
  }

  private static final String MESSAGE = "java.lang.ArithmeticException: / by zero";
  private static final String FAILING =
"""
      import io.millrace.Conf;
      import io.millrace.stream.StreamingContext;
      import java.time.Duration;
      import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

      public class Failing {
        public static void main(String[] args) throws Exception {
          try (StreamingContext context =
              new StreamingContext(new Conf().setAppName("failing"), Duration.ofMillis(50))) {
            context
                .constantStream(context.rddContext().parallelize(List.of(1, 2, 3), 2))
                .map(x -> 10 / (x - 3))
                .foreachRDD(rdd -> rdd.count());
            context.start();
            context.awaitTermination();
          }
        }
      }
      """;

  private void run(SparkPrograms programs, String master, Path jar, int numOrders)
      throws Exception {
    SparkPrograms.Result result =
        run(programs, master, jar, directory.toString(), Integer.toString(numOrders));
    assertThat(result.exitCode()).as(result.errors()).isZero();
  }

  /** As {@code bin/millrace} does, but without the tests' classes and log settings on executors. */
  private static SparkPrograms.Result run(
      SparkPrograms programs, String master, Path jar, String... arguments) throws Exception {
    String withoutTests =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> Path.of(path).endsWith("target/classes") || path.contains("millrace-"))
            .filter(path -> !path.endsWith("-tests.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(List.of("run", "--master", master, jar.toString()));
    command.addAll(List.of(arguments));
    return programs.run(
        Map.of(
            "spark.jars",
            "",
            "spark.executor.extraClassPath",
            withoutTests,
            "log4j2.configurationFile",
            "classpath:io/millrace/cli/log4j2-on-spark.properties"),
        List.of(),
        "io.millrace.cli.Main",
        command);
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
