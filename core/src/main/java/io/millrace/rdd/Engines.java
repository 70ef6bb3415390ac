package io.millrace.rdd;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineProvider;
import io.millrace.spi.ServiceLookup;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the engine that a configuration asks for among those on the class path. */
final class Engines {

  private static final String LOCAL_MASTERS =
      "local (one worker), local[n] (n workers), local[*] (one for each processor) or local[n,f]"
          + " (f attempts at each task)";
  private static final String SPARK = "spark";
  private static final String SPARK_ARTIFACT = "io.millrace:millrace-spark";
  private static final String CLUSTER_MASTERS =
      "spark://..., yarn, k8s://..., local-cluster[...] and spark-local[...] need the artifact "
          + SPARK_ARTIFACT
          + " on the class path";
  private static final Pattern CLUSTER =
      Pattern.compile("(spark://|k8s://|local-cluster\\[|spark-local).*|yarn");

  private Engines() {}

  /**
   * Starts the engine named by {@code millrace.engine}, else the one that accepts the master.
   *
   * @throws InvalidSettingException if there is none
   */
  static Engine start(Conf conf) {
    String master =
        conf.find(Settings.MASTER)
            .orElseThrow(
                () ->
                    invalid(
                        Settings.MASTER.key(),
                        "millrace.master is not set; set it to "
                            + LOCAL_MASTERS
                            + "; "
                            + CLUSTER_MASTERS));
    List<EngineProvider> providers = ServiceLookup.list(EngineProvider.class);
    return conf.find(Settings.ENGINE)
        .map(name -> named(name, providers))
        .orElseGet(() -> accepting(master, providers))
        .create(master, conf);
  }

  private static EngineProvider named(String name, List<EngineProvider> providers) {
    return providers.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                invalid(
                    Settings.ENGINE.key(),
                    "millrace.engine is "
                        + name
                        + ", but no engine of that name is on the class path; there are "
                        + names(providers)
                        + (name.equals(SPARK) ? "; add the artifact " + SPARK_ARTIFACT : "")));
  }

  private static EngineProvider accepting(String master, List<EngineProvider> providers) {
    return providers.stream()
        .filter(provider -> provider.accepts(master))
        .findFirst()
        .orElseThrow(() -> invalid(Settings.MASTER.key(), refusal(master)));
  }

  private static String refusal(String master) {
    return CLUSTER.matcher(master).matches()
        ? "millrace.master=" + master + " is a master of Apache Spark: " + CLUSTER_MASTERS
        : "millrace.master=" + master + " is no master: give " + LOCAL_MASTERS;
  }

  private static List<String> names(List<EngineProvider> providers) {
    return providers.stream().map(EngineProvider::name).toList();
  }

  private static InvalidSettingException invalid(String key, String message) {
    return new InvalidSettingException(key, message);
  }
}
