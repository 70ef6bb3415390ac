package io.millrace.spark;

import io.millrace.spi.Engine;
import io.millrace.spi.EngineContract;

/** The contract of engines on Spark within this process. */
class SparkEngineTest extends EngineContract {

  @Override
  public Engine newEngine(int maxFailures) {
    return SparkInProcess.engine(maxFailures);
  }
}
