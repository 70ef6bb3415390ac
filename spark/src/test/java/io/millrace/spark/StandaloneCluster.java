package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Spark cluster of this machine: a master and workers, each a process, of the jars that are on
 * the class path. Listens on the loopback address alone, of which the workers use different names:
 * Spark speculates on other hosts only.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Path directory;
  private final int port;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  private StandaloneCluster(Path directory, int port) throws IOException {
    this.directory = directory;
    this.port = port;
    Files.createDirectories(directory.resolve("home/jars"));
    this.master =
        start(
            "master",
            "org.apache.spark.deploy.master.Master",
            List.of("--host", LOOPBACK, "--port", "" + port, "--webui-port", "0"));
  }

  public static StandaloneCluster start(Path directory, int numWorkers) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      port = free.getLocalPort();
    }
    StandaloneCluster cluster = new StandaloneCluster(directory, port);
    cluster.awaitMaster();
    for (int i = 0; i < numWorkers; i++) {
      cluster.workers.add(cluster.startWorker(i));
    }
    return cluster;
  }

  public String url() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  /**
   * Spark's settings for a driver.
   *
   * @param maxCores how many executors of one core it may have
   */
  public Map<String, String> settings(int maxCores) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.driver.host", LOOPBACK);
    settings.put("spark.driver.bindAddress", LOOPBACK);
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.executor.cores", "1");
    settings.put("spark.executor.memory", "512m");
    settings.put("spark.cores.max", Integer.toString(maxCores));
    settings.put("spark.locality.wait", "500ms");
    settings.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    return settings;
  }

  /**
   * What a driver's process is started with.
   *
   * @param maxCores how many executors of one core it may have
   */
  public List<String> driverOptions(int maxCores) {
    List<String> options =
        new ArrayList<>(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    options.add("-Xmx512m");
    settings(maxCores).forEach((key, value) -> options.add("-D" + key + "=" + value));
    return options;
  }

  private Process startWorker(int number) throws IOException {
    return start(
        "worker-" + number,
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--host",
            number % 2 == 0 ? LOOPBACK : "localhost",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            directory.resolve("work").toString(),
            url()));
  }

  private Process start(String name, String main, List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-Dspark.deploy.maxExecutorRetries=-1",
            "-Dspark.worker.timeout=5",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", directory.resolve("home").toString(),
                "SPARK_SCALA_VERSION", "2.13",
                "SPARK_LOCAL_IP", LOOPBACK,
                "SPARK_LOCAL_DIRS", directory.resolve("local").toString(),
                "JAVA_HOME", System.getProperty("java.home")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()));
    return builder.start();
  }

  private void awaitMaster() throws Exception {
    long deadline = System.nanoTime() + START_NANOS;
    while (true) {
      try (Socket connected = new Socket(LOOPBACK, port)) {
        assertThat(connected.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        assertThat(master.isAlive()).as("the master runs: %s", e).isTrue();
        assertThat(System.nanoTime()).as("the master listens in time").isLessThan(deadline);
        assertThat(master.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
      }
    }
  }

  /** Kills one executor, if there is one, which its worker replaces: it has no other children. */
  public boolean killExecutor() {
    return workers.stream()
        .flatMap(Process::children)
        .min(Comparator.comparingLong(ProcessHandle::pid))
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  /** Kills a worker with its executor, and starts another. */
  public void killWorker(int number) throws Exception {
    Process worker = workers.get(number);
    List<ProcessHandle> executors = worker.descendants().toList();
    worker.destroyForcibly();
    worker.waitFor();
    executors.forEach(ProcessHandle::destroyForcibly);
    workers.set(number, startWorker(number));
  }

  /** What the processes have said, for a test that failed. */
  public String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        all.append("--- ").append(log.getFileName()).append('\n').append(Files.readString(log));
      }
    }
    return all.toString();
  }

  @Override
  public void close() throws InterruptedException {
    List<Process> all = new ArrayList<>(workers);
    all.add(master);
    for (Process process : all) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      process.waitFor();
    }
  }
}
