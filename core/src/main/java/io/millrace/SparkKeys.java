package io.millrace;

import java.util.Set;

/**
 * What becomes of Spark's keys. Those that configure what Millrace does itself are refused with the
 * name that they have here; the rest is kept for the engine that runs on Spark.
 */
final class SparkKeys {
  private static final String PREFIX = "spark.";
  private static final String STREAMING_PREFIX = "spark.streaming.";
  private static final Set<String> RENAMED =
      Set.of(
          "spark.master", "spark.app.name", "spark.default.parallelism", "spark.task.maxFailures");

  private SparkKeys() {}

  /**
   * @throws InvalidSettingException if Millrace has a name of its own for the key, or none
   */
  static void check(String key, String origin) {
    if (!key.startsWith(STREAMING_PREFIX) && !RENAMED.contains(key)) {
      return;
    }
    String here = "millrace." + key.substring(PREFIX.length());
    throw new InvalidSettingException(key, key + " (from " + origin + ") " + refusal(here, origin));
  }

  private static String refusal(String here, String origin) {
    try {
      SettingNames.KEYS.require(here, origin);
      return "is called " + here + " in Millrace";
    } catch (InvalidSettingException e) {
      return "has no effect in Millrace: " + e.getMessage();
    }
  }
}
