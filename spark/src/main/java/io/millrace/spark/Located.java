package io.millrace.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/** Executors as Spark's scheduler takes them for preferred places. */
final class Located {

  private Located() {}

  /** This executor. */
  static String here() {
    return at(SparkEnv.get().blockManager().blockManagerId());
  }

  /** The executor of a block manager. */
  static String at(BlockManagerId id) {
    return "executor_" + id.host() + "_" + id.executorId();
  }
}
