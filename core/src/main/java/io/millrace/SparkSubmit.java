package io.millrace;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What spark-submit tells the program that it starts, as far as Millrace has a setting for it; the
 * rest is the Spark engine's to read. Spark puts its options and those of spark-defaults.conf into
 * system properties.
 */
final class SparkSubmit {

  /** Set by spark-submit alone, always. */
  private static final String DEPLOY_MODE = "spark.submit.deployMode";

  private static final String MASTER = "spark.master";

  /** Values of these mean the same here. */
  private static final Map<String, Setting<?>> SAME =
      new TreeMap<>(
          Map.of(
              "spark.app.name", Settings.APP_NAME,
              "spark.default.parallelism", Settings.DEFAULT_PARALLELISM,
              "spark.task.maxFailures", Settings.TASK_MAX_FAILURES));

  private SparkSubmit() {}

  /** Tells the target nothing if the process was started in another way. */
  static void forEach(Map<String, String> systemProperties, SettingSources.Target target) {
    String master = systemProperties.get(MASTER);
    if (master == null || !systemProperties.containsKey(DEPLOY_MODE)) {
      return;
    }
    target.put(Settings.MASTER.key(), ofSpark(master), origin(MASTER));
    SAME.forEach(
        (key, setting) -> {
          @Nullable String text = systemProperties.get(key);
          if (text != null) {
            target.put(setting.key(), text, origin(key));
          }
        });
  }

  /** Who uses spark-submit wants Spark: its local masters are not those of the embedded engine. */
  private static String ofSpark(String master) {
    return master.equals("local") || master.startsWith("local[") ? "spark-" + master : master;
  }

  private static String origin(String key) {
    return "spark-submit, " + key;
  }
}
