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
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
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
    home(classPath);
    return run(main, command);
  }

  /** Compiles a class of this name; returns the directory with what came of it. */
  Path compile(String name, String text) throws IOException {
    Path source = Files.createDirectories(directory.resolve("source")).resolve(name + ".java");
    Files.writeString(source, text);
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String classPath = System.getProperty("java.class.path");
    List<String> options =
        List.of("-proc:none", "-cp", classPath, "-d", classes.toString(), source.toString());
    int errors =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (errors != 0) {
      throw new IllegalArgumentException(name + " does not compile");
    }
    return classes;
  }

  /** Compiles a program of one file into a jar that names it as its main class. */
  Path jar(String name, String text) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
    return jar(compile(name, text), directory.resolve(name + ".jar"), manifest);
  }

  /**
   * Submits a program as Spark's script does: its process has nothing but Spark on the class path,
   * and is sent Millrace with the program.
   *
   * @param options of spark-submit
   * @param program a directory with its classes
   */
  Result submit(List<String> options, Path program, String main, List<String> arguments)
      throws Exception {
    String classPath = System.getProperty("java.class.path");
    Path home = home(classPath);
    Path jars = Files.createDirectories(directory.resolve("jars"));
    List<String> millrace = new ArrayList<>();
    for (String path : own(classPath).split(File.pathSeparator)) {
      Path each = Path.of(path).toAbsolutePath();
      millrace.add(
          Files.isDirectory(each)
              ? jar(each, jars.resolve("millrace-" + millrace.size() + ".jar")).toString()
              : each.toString());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(
        List.of("-cp", home.resolve("jars") + "/*", "org.apache.spark.deploy.SparkSubmit"));
    command.addAll(options);
    command.addAll(List.of("--class", main, "--jars", String.join(",", millrace)));
    command.add(jar(program, jars.resolve("program.jar")).toString());
    command.addAll(arguments);
    return run(main, command);
  }

  private static Path jar(Path classes, Path into) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    return jar(classes, into, manifest);
  }

  private static Path jar(Path classes, Path into, Manifest manifest) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(into), manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(
            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
    return into;
  }

  private Result run(String main, List<String> command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(Files.createDirectories(directory.resolve("work")).toFile());
    builder.environment().put("SPARK_HOME", directory.resolve("spark-home").toString());
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

  /** What of the class path of the tests is of this project. */
  static String ownClassPath() {
    return own(System.getProperty("java.class.path"));
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
