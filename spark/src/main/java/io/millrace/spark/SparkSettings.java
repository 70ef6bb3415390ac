package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Spark is configured with: what spark-submit and spark-defaults.conf have put into system
 * properties, over that the {@code spark.*} keys of the program's configuration, and over all that
 * what Millrace's own settings say.
 *
 * @param master where Spark runs
 * @param spark the whole
 * @param asked what the program or its user has asked for by name, which a context that is shared
 *     must have too
 */
record SparkSettings(SparkMaster master, SparkConf spark, Map<String, String> asked) {

  private static final Logger LOG = LoggerFactory.getLogger(SparkSettings.class);

  static final String MAX_FAILURES = "spark.task.maxFailures";
  static final String SERIALIZER = "spark.serializer";
  static final String JAVA_SERIALIZER = "org.apache.spark.serializer.JavaSerializer";
  private static final String PARALLELISM = "spark.default.parallelism";
  private static final String PREFIX = "spark.";
  private static final String UNNAMED = "millrace";

  /**
   * @throws InvalidSettingException if the program sets what can't be otherwise
   */
  static SparkSettings of(SparkMaster master, Conf conf) {
    SparkConf spark = new SparkConf();
    Map<String, String> asked = new TreeMap<>();
    conf.getAll()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                spark.set(key, value);
                asked.put(key, value);
              }
            });
    useJavaSerializer(spark, Optional.ofNullable(asked.get(SERIALIZER)));
    int maxFailures = master.attempts().orElseGet(() -> conf.get(Settings.TASK_MAX_FAILURES));
    if (master.attempts().isPresent() || conf.contains(Settings.TASK_MAX_FAILURES.key())) {
      asked.put(MAX_FAILURES, Integer.toString(maxFailures));
    }
    spark.set(MAX_FAILURES, Integer.toString(maxFailures));
    spark.setMaster(master.urlWith(maxFailures));
    spark.setAppName(conf.find(Settings.APP_NAME).orElse(UNNAMED));
    conf.find(Settings.DEFAULT_PARALLELISM)
        .ifPresent(parallelism -> spark.set(PARALLELISM, Integer.toString(parallelism)));
    return new SparkSettings(master, spark, asked);
  }

  /**
   * What Spark serializes for this engine is {@link Carried} and the like, which hold bytes of
   * Millrace's own encoding and say how they are written; records never reach Spark's serializer.
   */
  private static void useJavaSerializer(SparkConf spark, Optional<String> asked) {
    if (asked.isPresent() && !asked.get().equals(JAVA_SERIALIZER)) {
      throw new InvalidSettingException(
          SERIALIZER,
          SERIALIZER
              + "="
              + asked.get()
              + " has no effect in Millrace: records are written by its own encoding; remove the"
              + " setting");
    }
    String before = spark.get(SERIALIZER, JAVA_SERIALIZER);
    if (!before.equals(JAVA_SERIALIZER)) {
      LOG.info("{}={} is not used: records are written by Millrace's encoding", SERIALIZER, before);
    }
    spark.set(SERIALIZER, JAVA_SERIALIZER);
  }

  /**
   * Checks that a context which is there already is what is wanted now.
   *
   * @param active what it was made with
   * @throws InvalidSettingException names the first setting that differs
   */
  void requireServedBy(SparkConf active) {
    String activeMaster = active.get("spark.master");
    SparkMaster there = SparkMaster.parse(activeMaster);
    if (!there.url().equals(master.url())) {
      throw differs(Settings.MASTER.key(), master.url(), there.url());
    }
    asked.forEach(
        (key, value) -> {
          String has =
              key.equals(MAX_FAILURES) ? attempts(there, active) : active.get(key, "unset");
          if (!has.equals(value)) {
            throw differs(key, value, has);
          }
        });
    String serializer = active.get(SERIALIZER, JAVA_SERIALIZER);
    if (!serializer.equals(JAVA_SERIALIZER)) {
      throw differs(SERIALIZER, JAVA_SERIALIZER, serializer);
    }
  }

  private static String attempts(SparkMaster there, SparkConf active) {
    return there.isLocal()
        ? Integer.toString(there.attempts().orElse(1))
        : active.get(MAX_FAILURES, Settings.TASK_MAX_FAILURES.defaultText().orElse(""));
  }

  private static InvalidSettingException differs(String key, String wanted, String has) {
    return new InvalidSettingException(
        key,
        String.format(
            Locale.ROOT,
            "%s=%s is wanted, but Spark runs in this process with %s; there can be one Spark"
                + " context in a process: close what uses it first, ask for the same, or start"
                + " another process",
            key,
            wanted,
            has));
  }
}
