package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineProvider;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * Offers the engine for clusters: {@code spark://host:port}, {@code yarn}, {@code k8s://…}, {@code
 * local-cluster[workers,cores,megabytes]}, and {@code spark-local[n]} for Spark within this
 * process.
 */
public final class SparkEngineProvider implements EngineProvider {

  private static final Pattern MASTER =
      Pattern.compile(
          "spark://.+|k8s://.+|yarn"
              + "|local-cluster\\[\\s*\\d+\\s*,\\s*\\d+\\s*,\\s*\\d+\\s*\\]"
              + "|spark-local(?:\\[.*\\])?");
  private static final Pattern LOCAL =
      Pattern.compile("(?:spark-)?local(?:\\[\\s*(\\*|[1-9]\\d{0,3})\\s*(?:,\\s*(\\d+)\\s*)?\\])?");

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public boolean accepts(String master) {
    return MASTER.matcher(master).matches();
  }

  @Override
  public Engine create(String master, Conf conf) {
    SparkConf spark = new SparkConf();
    conf.getAll()
        .forEach(
            (key, value) -> {
              if (key.startsWith("spark.")) {
                spark.set(key, value);
              }
            });
    int maxFailures = conf.get(Settings.TASK_MAX_FAILURES);
    spark.setMaster(sparkMaster(master, maxFailures));
    spark.set("spark.task.maxFailures", Integer.toString(maxFailures));
    for (Map.Entry<String, String> each : Map.of("spark.app.name", appName(conf)).entrySet()) {
      spark.set(each.getKey(), each.getValue());
    }
    return new SparkEngine(
        SparkContexts.lease(spark),
        new ExecutorRuntime.Bounds(
            conf.find(Settings.MEMORY_EXECUTION_MAX_BYTES).orElse(-1L),
            conf.get(Settings.LOCAL_MAX_BYTES)),
        conf.get(Settings.FUNCTION_SERIALIZATION_CHECK));
  }

  private static String appName(Conf conf) {
    return conf.find(Settings.APP_NAME).orElse("millrace");
  }

  /** Spark's own name for the master; in this process, the number of attempts is part of it. */
  private static String sparkMaster(String master, int maxFailures) {
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String threads = local.group(1) == null ? "1" : local.group(1);
      String failures = local.group(2) == null ? Integer.toString(maxFailures) : local.group(2);
      return "local[" + threads + "," + failures + "]";
    }
    if (!MASTER.matcher(master).matches()) {
      throw new InvalidSettingException(
          Settings.MASTER.key(),
          master
              + " is not a master of the Spark engine: spark://host:port, yarn, k8s://…,"
              + " local-cluster[workers,cores,megabytes], spark-local[n]");
    }
    return master;
  }
}
