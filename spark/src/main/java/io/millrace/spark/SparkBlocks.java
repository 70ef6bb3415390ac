package io.millrace.spark;

import org.apache.spark.rdd.RDD;

/** Blocks that executors have. */
interface SparkBlocks {

  /** Reads them, where they are if possible. */
  RDD<Carried> rdd();
}
