package io.millrace.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.jspecify.annotations.Nullable;

/**
 * The Spark context of this process, of which there can be one: shared by all engines, made with
 * the first, stopped with the last, unless the program had one already.
 */
final class SparkContexts {

  private static @Nullable SparkContext own;
  private static int numLeases;

  private SparkContexts() {}

  /** A share in the context. */
  static final class Lease implements AutoCloseable {

    private final SparkContext spark;
    private boolean isClosed;

    private Lease(SparkContext spark) {
      this.spark = spark;
    }

    SparkContext spark() {
      return spark;
    }

    @Override
    public void close() {
      synchronized (SparkContexts.class) {
        if (!isClosed) {
          isClosed = true;
          release();
        }
      }
    }
  }

  /** Joins the context that there is, or makes one. */
  static synchronized Lease lease(SparkConf conf) {
    SparkContext active = own;
    if (active == null || active.isStopped()) {
      numLeases = 0;
      scala.Option<SparkContext> given = SparkContext$.MODULE$.getActive();
      if (given.isDefined() && !given.get().isStopped()) {
        return new Lease(given.get());
      }
      active = new SparkContext(conf);
      own = active;
    }
    numLeases++;
    return new Lease(active);
  }

  private static void release() {
    SparkContext active = own;
    if (active != null && --numLeases == 0) {
      own = null;
      active.stop();
    }
  }
}
