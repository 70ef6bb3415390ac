package io.millrace.internal.embedded;

import io.millrace.Conf;
import io.millrace.InvalidSettingException;
import io.millrace.Settings;
import io.millrace.internal.system.LocalMachine;
import io.millrace.internal.system.LocalSpillFiles;
import io.millrace.internal.system.SystemClock;
import io.millrace.spi.Engine;
import io.millrace.spi.EngineProvider;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Offers the embedded engine for {@code local}, {@code local[n]}, {@code local[*]} and so on. */
public final class EmbeddedEngineProvider implements EngineProvider {

  private static final Pattern MASTER =
      Pattern.compile("local(?:\\[\\s*(\\*|[1-9]\\d{0,3})\\s*(?:,\\s*([1-9]\\d{0,3})\\s*)?\\])?");
  private static final int MAX_WAITING_WRITES = 256;
  private static final AtomicInteger NEXT_ENGINE = new AtomicInteger(1);

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public boolean accepts(String master) {
    return MASTER.matcher(master).matches();
  }

  @Override
  public Engine create(String master, Conf conf) {
    Matcher matcher = MASTER.matcher(master);
    if (!matcher.matches()) {
      throw new InvalidSettingException(
          Settings.MASTER.key(),
          master
              + " is not a master of the embedded engine: local, local[n], local[*], local[n,f]");
    }
    String threads = matcher.group(1);
    int parallelism =
        threads == null
            ? 1
            : threads.equals("*")
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(threads);
    String failures = matcher.group(2);
    String name = "millrace-" + NEXT_ENGINE.getAndIncrement();
    EmbeddedEngine engine =
        new EmbeddedEngine(
            new EmbeddedEngine.Options(
                parallelism,
                failures == null
                    ? conf.get(Settings.TASK_MAX_FAILURES)
                    : Integer.parseInt(failures),
                conf.find(Settings.CACHE_MAX_BYTES).orElse(Runtime.getRuntime().maxMemory() / 2),
                conf.find(Settings.MEMORY_EXECUTION_MAX_BYTES)
                    .orElse(Runtime.getRuntime().maxMemory() / 4),
                conf.get(Settings.LOCAL_MAX_BYTES),
                conf.get(Settings.FUNCTION_SERIALIZATION_CHECK),
                conf.get(Settings.TEST_ABORT_FIRST_ATTEMPTS)),
            new LocalSpillFiles(conf.find(Settings.LOCAL_DIR)),
            name,
            new SystemClock()::nanoTime,
            writers(name, parallelism));
    engine.start();
    return engine;
  }

  /**
   * None beside a single thread, which does one thing after the other, and so the same each time.
   */
  private static Executor writers(String name, int parallelism) {
    return parallelism == 1
        ? Runnable::run
        : new LocalMachine().threads(name + "-writer", parallelism, MAX_WAITING_WRITES);
  }
}
