package io.millrace.spark;

import io.millrace.InvalidSettingException;
import io.millrace.MillraceException;
import io.millrace.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;

/**
 * Starts Spark in this process and sees to it that it has an executor that can run tasks of
 * Millrace. Spark by itself would wait for ever for executors, and say so in its log alone.
 */
final class ClusterStart {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final String SPARK_HOME = "SPARK_HOME";

  private ClusterStart() {}

  /**
   * @throws MillraceException if that is not so within the time
   */
  static SparkContext start(SparkSettings settings, Duration timeout) {
    SparkMaster master = settings.master();
    requireListening(master);
    if (master.isLocalCluster()
        && System.getenv(SPARK_HOME) == null
        && settings.spark().getOption("spark.testing").isEmpty()) {
      throw new InvalidSettingException(
          Settings.MASTER.key(),
          master.url()
              + " starts executors of its own, which need a Spark: set the environment variable "
              + SPARK_HOME
              + " to the directory of one, whose jars are in its folder jars");
    }
    SparkContext spark = newContext(settings);
    LocalDirectories.claim(spark);
    if (!master.isLocal()) {
      try {
        awaitExecutor(spark, settings, timeout, StandaloneDeaths.watch(spark));
      } catch (Throwable e) {
        spark.stop();
        throw e;
      }
    }
    return spark;
  }

  /** Spark tries an address for a minute before it gives up, in the background. */
  private static void requireListening(SparkMaster master) {
    List<String> refusals = new ArrayList<>();
    for (String address : master.addresses()) {
      int colon = address.lastIndexOf(':');
      String host = address.substring(0, colon);
      int port = Integer.parseInt(address.substring(colon + 1));
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MILLIS);
        return;
      } catch (IOException e) {
        refusals.add(address + " (" + e + ")");
      }
    }
    if (!refusals.isEmpty()) {
      throw new MillraceException(
          "there is no Spark master at "
              + String.join(", ", refusals)
              + ". Start the cluster, or see that "
              + Settings.MASTER.key()
              + "="
              + master.url()
              + " is the address that its page shows and can be reached from here");
    }
  }

  private static SparkContext newContext(SparkSettings settings) {
    try {
      return new SparkContext(settings.spark());
    } catch (Exception | LinkageError e) { // Scala throws checked ones without saying so
      throw new MillraceException(
          "Spark can't be started on "
              + settings.master().url()
              + ": "
              + e
              + (e instanceof IllegalAccessError
                  ? ". Give the JVM the --add-opens options that the guide to Spark lists, or start"
                      + " the program by spark-submit or millrace run"
                  : ""),
          e);
    }
  }

  private static void awaitExecutor(
      SparkContext spark, SparkSettings settings, Duration timeout, StandaloneDeaths deaths) {
    try {
      ExecutorProbe.run(spark, List.of(""), new Greeting(), timeout);
    } catch (TimeoutException e) {
      requireAlive(settings, deaths, e);
      throw new MillraceException(
          String.format(
              Locale.ROOT,
              "%s gave no executor within %s (%s). The program asks for executors of %s and %s each;"
                  + " see on the cluster's page that a worker has as much to spare, and in the"
                  + " executors' logs that they reach this driver at %s",
              settings.master().url(),
              timeout.toString().substring(2).toLowerCase(Locale.ROOT),
              Settings.SPARK_START_TIMEOUT.key(),
              cores(settings),
              settings.spark().get("spark.executor.memory", "1g"),
              settings.spark().get("spark.driver.host", "its host")),
          e);
    } catch (IllegalStateException e) {
      requireAlive(settings, deaths, e);
      throw new MillraceException(
          "the executors of "
              + settings.master().url()
              + " can't run this program: "
              + SparkFailures.describe(spark, e),
          e);
    }
  }

  private static void requireAlive(
      SparkSettings settings, StandaloneDeaths deaths, Exception failure) {
    Optional<String> told = deaths.told();
    if (told.isPresent()) {
      throw new MillraceException(
          "the executors of "
              + settings.master().url()
              + " end before they can run a task: "
              + told.get()
              + ". See there why, and to spark.executor.extraJavaOptions and spark.executor.memory",
          failure);
    }
  }

  private static String cores(SparkSettings settings) {
    String cores = settings.spark().get("spark.executor.cores", "");
    return cores.isEmpty() ? "1 core or more" : cores + " cores";
  }

  /** Whoever can answer has the classes of this module. */
  private record Greeting() implements ExecutorProbe.Probe {
    @Override
    public String run() {
      return "";
    }
  }
}
