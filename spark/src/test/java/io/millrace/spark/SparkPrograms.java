package io.millrace.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Runs programs in JVMs of their own, beside a Spark whose jars are links to those on the class
 * path of the tests.
 */
record SparkPrograms(Path directory) {

  private static final long TIMEOUT_SECONDS = 180;

  /** What a program has said. */
  record Result(int exitCode, String output, String errors) {}

  static SparkPrograms on(Path directory) {
    return new SparkPrograms(directory);
  }

  /**
   * @param properties of the program's JVM, over those that a cluster on this machine needs
   * @param driverOnly what the program has on its class path, and executors have not
   */
  Result run(
      Map<String, String> properties, List<Path> driverOnly, String main, List<String> arguments)
      throws Exception {
    String classPath = System.getProperty("java.class.path");
    Map<String, String> all = new TreeMap<>();
    all.put("spark.ui.enabled", "false");
    all.put("spark.driver.host", "127.0.0.1");
    all.put("spark.driver.bindAddress", "127.0.0.1");
    all.put("spark.executor.extraClassPath", own(classPath));
    all.putAll(properties);

    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptions().split(" ")));
    all.forEach((key, value) -> command.add("-D" + key + "=" + value));
    StringBuilder wholeClassPath = new StringBuilder(classPath);
    driverOnly.forEach(path -> wholeClassPath.append(File.pathSeparator).append(path));
    command.addAll(List.of("-cp", wholeClassPath.toString(), main));
    command.addAll(arguments);

    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Files.createDirectories(directory.resolve("work")).toFile());
    builder.environment().put("SPARK_HOME", home(classPath).toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(main + " does not end; it says " + Files.readString(errors));
      }
      return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      deleteLinks();
    }
  }

  /** Their targets are elsewhere, which the deletion of temporary directories warns of. */
  private void deleteLinks() throws IOException {
    try (Stream<Path> links = Files.list(directory.resolve("spark-home").resolve("jars"))) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    }
  }

  private static boolean isOwn(String path) {
    return Files.isDirectory(Path.of(path))
        || Path.of(path).getFileName().toString().startsWith("millrace-");
  }

  private static String own(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(SparkPrograms::isOwn)
        .reduce("", (a, b) -> a.isEmpty() ? b : a + File.pathSeparator + b);
  }

  private Path home(String classPath) throws IOException {
    Path home = directory.resolve("spark-home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String path : classPath.split(File.pathSeparator)) {
      if (!isOwn(path)) {
        Path jar = Path.of(path).toAbsolutePath();
        try {
          Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
        } catch (FileAlreadyExistsException e) {
          continue; // the same jar by another way
        }
      }
    }
    return home;
  }
}
