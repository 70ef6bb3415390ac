package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime;
import io.millrace.internal.system.LocalSpillFiles;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;

/** What the tasks of one executor share: memory and disk for what they gather. */
final class ExecutorRuntime {

  /**
   * Bounds, where the program has set them.
   *
   * @param maxExecutionBytes of all tasks of an executor; -1 for a quarter of its heap
   * @param maxLocalBytes of all tasks of an executor
   */
  record Bounds(long maxExecutionBytes, long maxLocalBytes) implements Serializable {}

  private static final String DRIVER = "driver";
  private static final String LOG_LEVEL = "spark.log.level";

  private static @Nullable StageRuntime shared;

  private ExecutorRuntime() {}

  /** The one of this process; the first task that asks says what its bounds are. */
  static synchronized StageRuntime get(Bounds bounds) {
    StageRuntime runtime = shared;
    if (runtime == null) {
      followLogLevel(SparkEnv.get());
      Runtime jvm = Runtime.getRuntime();
      long maxExecutionBytes =
          bounds.maxExecutionBytes() >= 0 ? bounds.maxExecutionBytes() : jvm.maxMemory() / 4;
      runtime =
          new StageRuntime(
              new LocalSpillFiles(Optional.of(localDirectory())),
              new StageRuntime.Bounds(
                  jvm.availableProcessors(), maxExecutionBytes, bounds.maxLocalBytes()));
      shared = runtime;
    }
    return runtime;
  }

  /**
   * Has an executor log at {@code spark.log.level}, as the driver does. Spark's own {@code
   * spark.executor.syncLogLevel.enabled} does not reach an executor that joins later: it sets a
   * configuration that is replaced while the executor starts.
   */
  private static void followLogLevel(SparkEnv spark) {
    if (!spark.executorId().equals(DRIVER) && spark.conf().contains(LOG_LEVEL)) {
      Utils.setLogLevelIfNeeded(spark.conf().get(LOG_LEVEL).toUpperCase(Locale.ROOT));
    }
  }

  /** Where Spark spills; it sees to it that nothing is left there. */
  private static String localDirectory() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirsString()[0];
  }
}
