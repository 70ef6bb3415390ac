package io.millrace.spark;

import io.millrace.spi.Engine;
import io.millrace.spi.EngineContract;
import org.junit.jupiter.api.Tag;

/** The contract of engines on Spark within this process. */
@Tag("slow")
class SparkEngineTest extends EngineContract {

  @Override
  public Engine newEngine(int maxFailures) {
    return SparkInProcess.engine(maxFailures);
  }
}
