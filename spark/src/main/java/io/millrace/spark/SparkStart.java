package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.spi.Engine;

/** From a master and a configuration to an engine. */
final class SparkStart {

  private SparkStart() {}

  static Engine engine(SparkMaster master, Conf conf) {
    return new SparkEngine(
        SparkContexts.lease(SparkSettings.of(master, conf), conf.get(Settings.SPARK_START_TIMEOUT)),
        new ExecutorRuntime.Bounds(
            conf.find(Settings.MEMORY_EXECUTION_MAX_BYTES).orElse(-1L),
            conf.get(Settings.LOCAL_MAX_BYTES)),
        conf.get(Settings.FUNCTION_SERIALIZATION_CHECK));
  }
}
