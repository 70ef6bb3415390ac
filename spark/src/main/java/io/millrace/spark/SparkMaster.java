package io.millrace.spark;

import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Spark runs.
 *
 * @param url as Spark calls it; of a local master without the number of attempts
 * @param attempts at each task, where the master says so, as those within this process can
 */
record SparkMaster(String url, OptionalInt attempts) {

  private static final String STANDALONE = "spark://";
  private static final String KUBERNETES = "k8s://";
  private static final String YARN = "yarn";
  private static final String LOCAL_CLUSTER = "local-cluster";
  private static final String SPARK_LOCAL = "spark-local";
  private static final int MAX_PORT = 65_535;

  private static final Pattern LOCAL =
      Pattern.compile(
          "(?:spark-)?local(?:\\[\\s*(\\*|[1-9]\\d{0,3})\\s*(?:,\\s*([1-9]\\d{0,3})\\s*)?\\])?");
  private static final Pattern LOCAL_CLUSTER_SIZES =
      Pattern.compile(
          "local-cluster\\[\\s*([1-9]\\d{0,3})\\s*,\\s*([1-9]\\d{0,3})\\s*,\\s*([1-9]\\d{0,6})\\s*\\]");

  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([\\w.-]+|\\[[0-9a-fA-F:.]+\\]):(\\d{1,5})");

  /** Whether a text is meant for Spark, well-formed or not. */
  static boolean isOfSpark(String master) {
    return master.startsWith(STANDALONE)
        || master.startsWith(KUBERNETES)
        || master.equals(YARN)
        || master.startsWith(LOCAL_CLUSTER)
        || master.startsWith(SPARK_LOCAL);
  }

  /**
   * Reads a master; {@code local[n]} is Spark's within this process, as {@code spark-local[n]} is.
   *
   * @throws InvalidSettingException if it is malformed
   */
  static SparkMaster parse(String master) {
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String threads = local.group(1) == null ? "1" : local.group(1);
      return new SparkMaster("local[" + threads + "]", number(local.group(2)));
    }
    if (master.startsWith(LOCAL_CLUSTER)) {
      Matcher sizes = LOCAL_CLUSTER_SIZES.matcher(master);
      if (!sizes.matches()) {
        throw refused(
            master,
            "a cluster on this machine is local-cluster[workers,cores,megabytes], such as"
                + " local-cluster[2,1,1024]");
      }
      return elsewhere(
          String.format(
              Locale.ROOT,
              "local-cluster[%s,%s,%s]",
              sizes.group(1),
              sizes.group(2),
              sizes.group(3)));
    }
    if (master.startsWith(STANDALONE)) {
      requireAddresses(master);
      return elsewhere(master);
    }
    if (master.equals(YARN)
        || (master.startsWith(KUBERNETES) && master.length() > KUBERNETES.length())) {
      return elsewhere(master);
    }
    throw refused(
        master,
        "Spark runs on spark://host:port, yarn, k8s://…, local-cluster[workers,cores,megabytes], or"
            + " within this process on spark-local[threads]");
  }

  private static SparkMaster elsewhere(String url) {
    return new SparkMaster(url, OptionalInt.empty());
  }

  private static OptionalInt number(@Nullable String text) {
    return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  private static void requireAddresses(String master) {
    for (String address : addresses(master)) {
      Matcher parts = HOST_AND_PORT.matcher(address);
      if (!parts.matches()
          || Integer.parseInt(parts.group(2)) == 0
          || Integer.parseInt(parts.group(2)) > MAX_PORT) {
        throw refused(
            master,
            "the address of a standalone cluster is spark://host:port, or"
                + " spark://host1:port1,host2:port2 where there are several masters; '"
                + address
                + "' is no host:port");
      }
    }
  }

  private static InvalidSettingException refused(String master, String expected) {
    return new InvalidSettingException(
        Settings.MASTER.key(), Settings.MASTER.key() + "=" + master + ": " + expected);
  }

  private static String[] addresses(String standalone) {
    return standalone.substring(STANDALONE.length()).split(",", -1);
  }

  /** The addresses of a standalone cluster's masters, {@code host:port}; none of other clusters. */
  String[] addresses() {
    return url.startsWith(STANDALONE) ? addresses(url) : new String[0];
  }

  /** Whether tasks run within this process. */
  boolean isLocal() {
    return LOCAL.matcher(url).matches();
  }

  /** Whether Spark starts workers on this machine. */
  boolean isLocalCluster() {
    return url.startsWith(LOCAL_CLUSTER);
  }

  /** Spark's whole name for it; within a process, the number of attempts is part of it. */
  String urlWith(int maxFailures) {
    return isLocal() ? url.replace("]", "," + attempts.orElse(maxFailures) + "]") : url;
  }
}
