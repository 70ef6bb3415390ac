package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.ScratchDirectory;
import io.millrace.benchmarks.cluster.Figures;
import io.millrace.benchmarks.cluster.Load;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One side in a process of its own, with executors in theirs: they are all started from a Spark
 * home that has nothing but the jars of that side.
 *
 * @param mainClass the side's program
 * @param jars directory of all jars that it and its executors need
 * @param settings Spark's settings of this side alone
 */
record SparkProcess(String mainClass, Path jars, Map<String, String> settings) {

  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*\\d+\\s*,\\s*(\\d+)\\s*]");

  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms2g",
          "-Xmx2g",
          "-XX:+UseParallelGC",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-Djdk.reflect.useDirectMethodHandle=false");

  private static final int END_LIMIT_SECONDS = 60;

  /** What Spark opens for its executors; whoever starts a driver has to do the same. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.lang.invoke",
          "java.base/java.lang.reflect",
          "java.base/java.io",
          "java.base/java.net",
          "java.base/java.nio",
          "java.base/java.util",
          "java.base/java.util.concurrent",
          "java.base/java.util.concurrent.atomic",
          "java.base/jdk.internal.ref",
          "java.base/sun.nio.ch",
          "java.base/sun.nio.cs",
          "java.base/sun.security.action",
          "java.base/sun.util.calendar",
          "java.security.jgss/sun.security.krb5");

  /** Runs a load from the start of the process to its end. */
  Figures run(String master, Load load) throws IOException, InterruptedException {
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          "there is no directory "
              + jars
              + "; build it: mvn package -Pbenchmarks-spark -DskipTests -pl"
              + " benchmarks-spark,benchmarks-spark/baseline -am");
    }
    try (ScratchDirectory scratch = new ScratchDirectory()) {
      Path home = scratch.path().toAbsolutePath();
      Files.createSymbolicLink(home.resolve("jars"), jars.toAbsolutePath());
      Process process = start(master, load, home);
      Thread killer = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(killer);
      try {
        return figures(process);
      } finally {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
      }
    }
  }

  /** What a process prints, once it has ended well. */
  private Figures figures(Process process) throws IOException, InterruptedException {
    Optional<Figures> figures;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      figures = lines.lines().flatMap(line -> Figures.parse(line).stream()).findFirst();
    }
    if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          mainClass + " has not ended within " + END_LIMIT_SECONDS + " s after its last output");
    }
    if (process.exitValue() != 0 || figures.isEmpty()) {
      throw new IllegalStateException(
          mainClass
              + " ended with exit code "
              + process.exitValue()
              + (figures.isEmpty() ? " and no figures" : ""));
    }
    return figures.get();
  }

  private Process start(String master, Load load, Path home) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(JVM_OPTIONS);
    OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
    commonSettings(master).forEach((key, value) -> command.add("-D" + key + "=" + value));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-cp");
    command.add(home.resolve("jars") + "/*");
    command.add(mainClass);
    command.add(master);
    command.add(home.resolve("checkpoint").toString());
    command.addAll(load.toArguments());
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_LOCAL_DIRS", home.resolve("local").toString());
    return builder.start();
  }

  /** No batch is to begin before all executors are there. */
  private static Map<String, String> commonSettings(String master) {
    Matcher local = LOCAL_CLUSTER.matcher(master);
    String memory = local.matches() ? local.group(1) + "m" : "1g";
    return Map.of(
        "spark.ui.enabled", "false",
        "spark.driver.host", "127.0.0.1",
        "spark.driver.bindAddress", "127.0.0.1",
        "spark.executor.memory", memory,
        "spark.scheduler.minRegisteredResourcesRatio", "1.0");
  }
}
