package io.millrace.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the benchmarks that run on a Spark cluster, in a process of their own: they have Spark on
 * their class path, and are not part of the default build.
 */
final class ClusterBenchmarks {

  private static final String MAIN = "io.millrace.benchmarks.spark.ClusterBench";
  private static final String MODULE = "benchmarks-spark";

  private final Path directory;
  private final String master;

  /**
   * @param directory of the module that has them
   */
  ClusterBenchmarks(Path directory, String master) {
    this.directory = directory;
    this.master = master;
  }

  /** Those beside the module of the command line, whose jar or classes this is. */
  static ClusterBenchmarks on(String master) {
    try {
      Path own =
          Path.of(
              ClusterBenchmarks.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path root = own.resolve("../../..").normalize();
      return new ClusterBenchmarks(root.resolve(MODULE), master);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of the command's own classes is not a path", e);
    }
  }

  /** Runs them; returns the exit code. */
  int run(List<String> workloads, int forks, boolean json)
      throws IOException, InterruptedException {
    Path jars = directory.resolve("target/spark-home/jars");
    if (!Files.isDirectory(jars)) {
      throw new UsageException(
          "the benchmarks for clusters are not built: there is no "
              + jars
              + "; build them with mvn package -Pbenchmarks-spark -DskipTests -pl "
              + MODULE
              + ","
              + MODULE
              + "/baseline -am");
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-cp", jars + "/*", MAIN));
    command.addAll(List.of("--directory", directory.toString(), "--master", master));
    command.addAll(List.of("--forks", Integer.toString(forks)));
    if (json) {
      command.add("--json");
    }
    command.addAll(workloads);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Thread killer = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(killer);
    int exit = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(killer);
    return exit;
  }
}
