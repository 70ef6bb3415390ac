package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs one workload in a JVM of its own, with options that are the same for all sides. */
final class Forks {

  private static final List<String> JVM_OPTIONS =
      List.of("-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch");

  private final String classPath;
  private final Collector collector;

  /**
   * @param classPath has {@link BenchMain} of the version to measure
   */
  Forks(String classPath, Collector collector) {
    this.classPath = classPath;
    this.collector = collector;
  }

  /** Of this version. */
  static Forks here(Collector collector) {
    return new Forks(System.getProperty("java.class.path"), collector);
  }

  /**
   * The rows that the workload gives.
   *
   * @throws IllegalStateException if the process fails; names the workload
   */
  List<Row> run(String workload) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(JVM_OPTIONS);
    command.addAll(collector.options());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(classPath);
    command.add(BenchMain.class.getName());
    command.add(BenchMain.FORK);
    command.add(workload);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    List<Row> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      lines.lines().filter(Row::isRow).map(Row::parse).forEach(rows::add);
    }
    int exit = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(killer);
    if (exit != 0) {
      throw new IllegalStateException("workload " + workload + " failed with exit code " + exit);
    }
    return rows;
  }
}
