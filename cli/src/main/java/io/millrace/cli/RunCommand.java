package io.millrace.cli;

import io.millrace.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    synopsisSubcommandLabel = "[PROGRAM]",
    description = {
      "Run a program: the main method of a jar, or an example until Ctrl-C.",
      "",
      "A jar's program ends with its main method. It has Millrace, and on a master of Spark's Spark"
          + " too, so neither has to be in the jar; executors are sent both. The master counts for a"
          + " program that sets none itself.",
      ""
    },
    commandListHeading = "%nExamples that can be run by name:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace run wordcount --directory /tmp/lines",
      "  millrace run --master local[4] orders.jar",
      "  millrace run --master spark://host:7077 orders.jar --class com.example.Orders -- --region eu"
    })
final class RunCommand implements Callable<Integer> {

  /** Set by {@code bin/millrace} where the master is one of Spark's. */
  private static final String SPARK_JARS = "spark.jars";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JAR",
      showDefaultValue = Visibility.NEVER,
      description = "The program, with what it needs beside Millrace.")
  private Optional<Path> jar = Optional.empty();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ARG",
      showDefaultValue = Visibility.NEVER,
      description = "Arguments of the program; after -- if one begins with a dash.")
  private List<String> arguments = List.of();

  @Option(
      names = "--class",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "CLASS",
      description = "The class with the main method.%nDefault: the one that the jar names")
  private Optional<String> mainClass = Optional.empty();

  @Option(
      names = "--master",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "MASTER",
      description =
          "Where to run: local, local[n], local[*], or on Spark: spark://host:port, yarn, k8s://…,"
              + " local-cluster[workers,cores,megabytes], spark-local[n].%nDefault: the setting"
              + " millrace.master")
  private Optional<String> master = Optional.empty();

  @Override
  public Integer call() throws Exception {
    Path file = jar.orElseThrow(() -> new UsageException("a program is missing"));
    if (!Files.isRegularFile(file)) {
      throw new UsageException("there is no file " + file);
    }
    master.ifPresent(where -> System.setProperty(Settings.MASTER.key(), where));
    String shipped = System.getProperty(SPARK_JARS);
    if (shipped != null) {
      String separator = shipped.isEmpty() ? "" : ",";
      System.setProperty(SPARK_JARS, shipped + separator + file.toAbsolutePath());
    }
    try (ProgramJar program = ProgramJar.open(file, mainClass)) {
      program.run(arguments);
    }
    return 0;
  }
}
