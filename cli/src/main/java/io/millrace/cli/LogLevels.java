package io.millrace.cli;

import java.util.Locale;

/** What the command's process logs, and on Spark its executors: warnings, or all with --verbose. */
final class LogLevels {

  private static final String OWN = "org.slf4j.simpleLogger.defaultLogLevel";

  /** Set by {@code bin/millrace} where the master is one of Spark's. */
  private static final String SPARK_JARS = "spark.jars";

  /** Of this process, and of its executors unless they have a configuration of their own. */
  private static final String OF_SPARK = "spark.log.level";

  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  /** Read by log4j2-on-spark.properties. */
  private static final String SPARK_APPENDER = "io.millrace.cli.sparkAppender";

  private LogLevels() {}

  /** Loggers read this when the first of them is made, which no command has done yet. */
  static void set(boolean isVerbose) {
    String level = isVerbose ? "info" : "warn";
    System.setProperty(OWN, level);
    if (System.getProperty(SPARK_JARS) != null) {
      if (!System.getProperty(EXECUTOR_OPTIONS, "").contains("log4j")) {
        setUnlessGiven(OF_SPARK, level.toUpperCase(Locale.ROOT));
      }
      setUnlessGiven(SPARK_APPENDER, isVerbose ? "stderr" : "short");
    }
  }

  private static void setUnlessGiven(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
