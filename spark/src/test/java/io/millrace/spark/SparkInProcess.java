package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.spi.Engine;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * One Spark context for all tests of this JVM, which takes seconds to make; another only where the
 * number of attempts, which is Spark's own, has to be another.
 */
final class SparkInProcess {

  private static @Nullable SparkContext active;
  private static int attempts;

  private SparkInProcess() {}

  /** For tests that make a context of their own, or lose it. */
  static synchronized void stop() {
    if (active != null) {
      active.stop();
      active = null;
    }
  }

  static synchronized Engine engine(int maxFailures) {
    SparkContext context = active;
    if (context == null || context.isStopped() || attempts != maxFailures) {
      if (context != null) {
        context.stop();
      }
      SparkConf conf =
          new SparkConf()
              .setMaster("local[2," + maxFailures + "]")
              .setAppName("tests")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1");
      active = new SparkContext(conf);
      attempts = maxFailures;
    }
    return new SparkEngineProvider().create("spark-local[2," + maxFailures + "]", new Conf(false));
  }
}
