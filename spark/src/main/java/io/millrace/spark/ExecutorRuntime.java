package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime;
import io.millrace.internal.system.LocalSpillFiles;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.SparkEnv;
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

  private static @Nullable StageRuntime shared;

  private ExecutorRuntime() {}

  /** The one of this process; the first task that asks says what its bounds are. */
  static synchronized StageRuntime get(Bounds bounds) {
    StageRuntime runtime = shared;
    if (runtime == null) {
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

  /** Where Spark spills; it sees to it that nothing is left there. */
  private static String localDirectory() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirsString()[0];
  }
}
