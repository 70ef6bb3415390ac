package io.millrace.cli;

import java.util.Locale;

/** What the command's process logs, and on Spark its executors: warnings, or all with --verbose. */
final class LogLevels {

  private static final String OWN = "org.slf4j.simpleLogger.defaultLogLevel";

  /** Set by {@code bin/millrace} where the master is one of Spark's. */
  private static final String SPARK_JARS = "spark.jars";

  private static final String OF_SPARK = "spark.log.level";
  private static final String EXECUTORS_TOO = "spark.executor.syncLogLevel.enabled";

  private LogLevels() {}

  /** Loggers read this when the first of them is made, which no command has done yet. */
  static void set(boolean isVerbose) {
    String level = isVerbose ? "info" : "warn";
    System.setProperty(OWN, level);
    if (System.getProperty(SPARK_JARS) != null) {
      setUnlessGiven(OF_SPARK, level.toUpperCase(Locale.ROOT));
      setUnlessGiven(EXECUTORS_TOO, "true");
    }
  }

  private static void setUnlessGiven(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
