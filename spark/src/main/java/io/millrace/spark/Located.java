package io.millrace.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/** Executors as Spark's scheduler takes them for preferred places. */
final class Located {

  private Located() {}

  /** This executor. */
  static String here() {
    BlockManagerId own = SparkEnv.get().blockManager().blockManagerId();
    return "executor_" + own.host() + "_" + own.executorId();
  }
}
