package io.millrace.spark;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.deploy.client.StandaloneAppClient;
import org.apache.spark.deploy.client.StandaloneAppClientListener;
import org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors that end before they have registered with the driver, as those with a JVM option that
 * does not exist do. The master of a standalone cluster tells the driver, which logs it at INFO and
 * tells no listener; so this listens where the driver does.
 */
final class StandaloneDeaths {

  private static final Logger LOG = LoggerFactory.getLogger(StandaloneDeaths.class);
  private static final String LISTENER =
      "org$apache$spark$deploy$client$StandaloneAppClient$$listener";
  private static final int MAX_KEPT = 8;

  /** Where an executor was started, by its full id, {@code application/number}. */
  private final Map<String, String> workers = new ConcurrentHashMap<>();

  private final Deque<String> deaths = new ArrayDeque<>();
  private int numDeaths;

  private StandaloneDeaths() {}

  /** Begins to listen, where there is a master that tells. */
  static StandaloneDeaths watch(SparkContext spark) {
    StandaloneDeaths watched = new StandaloneDeaths();
    if (spark.schedulerBackend() instanceof StandaloneSchedulerBackend backend) {
      try {
        Field listener = StandaloneAppClient.class.getDeclaredField(LISTENER);
        listener.setAccessible(true);
        Object told = listener.get(backend.client());
        listener.set(backend.client(), watched.before((StandaloneAppClientListener) told));
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.debug("executors that end at once are not told apart: {}", e.toString());
      }
    }
    return watched;
  }

  private StandaloneAppClientListener before(StandaloneAppClientListener told) {
    return (StandaloneAppClientListener)
        Proxy.newProxyInstance(
            StandaloneDeaths.class.getClassLoader(),
            new Class<?>[] {StandaloneAppClientListener.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("executorAdded")) {
                workers.put((String) arguments[0], (String) arguments[2]);
              } else if (method.getName().equals("executorRemoved")) {
                add((String) arguments[0], (String) arguments[1]);
              }
              try {
                return method.invoke(told, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized void add(String fullId, String message) {
    numDeaths++;
    String worker = workers.remove(fullId);
    deaths.addLast(
        "executor "
            + fullId.substring(fullId.indexOf('/') + 1)
            + (worker == null ? "" : " of the worker at " + worker)
            + ": "
            + message.strip()
            + "; its stderr is "
            + stderr(fullId));
    if (deaths.size() > MAX_KEPT) {
      deaths.removeFirst();
    }
  }

  /** On this machine if there is such a file, as of a {@code local-cluster}. */
  private static String stderr(String fullId) {
    String relative = "work/" + fullId + "/stderr";
    String home = System.getenv("SPARK_HOME");
    if (home != null) {
      Path here = Path.of(home, relative);
      if (Files.exists(here)) {
        return here.toString();
      }
    }
    return relative + " in the worker's SPARK_HOME (or " + fullId + "/stderr in SPARK_WORKER_DIR)";
  }

  /** How many there were, and the last of them; empty if none has ended. */
  synchronized Optional<String> told() {
    return deaths.isEmpty()
        ? Optional.empty()
        : Optional.of(numDeaths + " so far, the last " + deaths.getLast());
  }
}
