package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineProvider;

/**
 * Offers the engine for clusters: {@code spark://host:port}, {@code yarn}, {@code k8s://…}, {@code
 * local-cluster[workers,cores,megabytes]}, and {@code spark-local[n]} for Spark within this
 * process.
 *
 * <p>Links without Spark, so that its absence can be told.
 */
public final class SparkEngineProvider implements EngineProvider {

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public boolean accepts(String master) {
    return SparkMaster.isOfSpark(master);
  }

  /**
   * Starts the engine, and Spark in this process unless it runs already.
   *
   * @throws io.millrace.MillraceException if Spark is missing, of another version, gives no
   *     executor in time or executors that can't run Millrace
   */
  @Override
  public Engine create(String master, Conf conf) {
    SparkMaster where = SparkMaster.parse(master);
    SparkVersion.requireSupported();
    return SparkStart.engine(where, conf);
  }
}
