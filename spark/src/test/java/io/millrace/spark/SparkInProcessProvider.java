package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.Settings;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineProvider;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs test programs, whose masters are those of the embedded engine, on Spark in this process:
 * with {@code -Dmillrace.engine=spark-in-process}.
 */
public final class SparkInProcessProvider implements EngineProvider {

  private static final Pattern MASTER = Pattern.compile("local(?:\\[(\\d+)(?:,(\\d+))?\\])?");

  @Override
  public String name() {
    return "spark-in-process";
  }

  /** None: the engine is had by its name alone. */
  @Override
  public boolean accepts(String master) {
    return false;
  }

  @Override
  public Engine create(String master, Conf conf) {
    Matcher local = MASTER.matcher(master);
    if (!local.matches()) {
      throw new IllegalArgumentException(master + " is not local[n] nor local[n,f]");
    }
    int threads = local.group(1) == null ? 1 : Integer.parseInt(local.group(1));
    int maxFailures =
        local.group(2) == null
            ? conf.get(Settings.TASK_MAX_FAILURES)
            : Integer.parseInt(local.group(2));
    return SparkInProcess.engine(threads, maxFailures, conf);
  }
}
