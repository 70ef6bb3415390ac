package io.millrace.spark;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.jspecify.annotations.Nullable;

/**
 * The Spark context of this process, of which there can be one: shared by all engines, made with
 * the first, stopped with the last, unless the program had one already.
 */
final class SparkContexts {

  /**
   * @param made what it was made with; Spark adds to its own copy
   */
  private record Own(SparkContext spark, SparkConf made) {}

  private static @Nullable Own own;
  private static int numLeases;

  private SparkContexts() {}

  /** A share in the context. */
  static final class Lease implements AutoCloseable {

    private final SparkContext spark;
    private boolean isOpen;

    /**
     * @param isCounted whether the context goes with the last lease
     */
    private Lease(SparkContext spark, boolean isCounted) {
      this.spark = spark;
      this.isOpen = isCounted;
    }

    SparkContext spark() {
      return spark;
    }

    @Override
    public void close() {
      synchronized (SparkContexts.class) {
        if (isOpen) {
          isOpen = false;
          release(spark);
        }
      }
    }
  }

  /**
   * Joins the context that there is, or makes one.
   *
   * @throws io.millrace.InvalidSettingException if there is one that was made otherwise
   * @throws io.millrace.MillraceException if none can be made
   */
  static synchronized Lease lease(SparkSettings settings, Duration startTimeout) {
    Own active = own;
    if (active == null || active.spark().isStopped()) {
      numLeases = 0;
      own = null;
      scala.Option<SparkContext> given = SparkContext$.MODULE$.getActive();
      if (given.isDefined() && !given.get().isStopped()) {
        settings.requireServedBy(given.get().getConf());
        return new Lease(given.get(), false);
      }
      SparkConf made = settings.spark().clone();
      active = new Own(ClusterStart.start(settings, startTimeout), made);
      own = active;
    } else {
      settings.requireServedBy(active.made());
    }
    numLeases++;
    return new Lease(active.spark(), true);
  }

  private static void release(SparkContext leased) {
    Own active = own;
    // A lease may outlive its context, if that was stopped underneath.
    if (active != null && active.spark().equals(leased) && --numLeases == 0) {
      own = null;
      leased.stop();
    }
  }
}
