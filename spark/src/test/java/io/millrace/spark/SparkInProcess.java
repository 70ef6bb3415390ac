package io.millrace.spark;

import io.millrace.Conf;
import io.millrace.spi.Engine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * One Spark context for all tests of this JVM, which takes long to make; another only where threads
 * or attempts, which are the context's own, have to be others. While an engine is open its context
 * stays, as a process can't have two: engines that are opened meanwhile share it.
 */
final class SparkInProcess {

  private static @Nullable SparkContext active;
  private static String activeMaster = "";
  private static int numOpen;
  private static int generation;

  private SparkInProcess() {}

  /** For tests that make a context of their own, or lose it. */
  static synchronized void stop() {
    if (active != null) {
      end(active);
      active = null;
    }
  }

  /** Engines that are open still are of no use any more, and don't count. */
  private static void end(SparkContext context) {
    context.stop();
    generation++;
    numOpen = 0;
  }

  /** An engine that has this number of attempts, even if another that is open has to end for it. */
  static synchronized Engine engine(int maxFailures) {
    return engine(2, maxFailures, new Conf(false), true);
  }

  static synchronized Engine engine(int threads, int maxFailures, Conf conf) {
    return engine(threads, maxFailures, conf, numOpen == 0);
  }

  private static Engine engine(int threads, int maxFailures, Conf conf, boolean mayReplace) {
    String master = "local[" + threads + "," + maxFailures + "]";
    SparkContext context = active;
    if (context == null || context.isStopped() || (mayReplace && !activeMaster.equals(master))) {
      if (context != null) {
        end(context);
      }
      active =
          new SparkContext(
              new SparkConf()
                  .setMaster(master)
                  .setAppName("tests")
                  .set("spark.ui.enabled", "false")
                  // What Spark remembers to show is a lot, and would hide what is a leak.
                  .set("spark.ui.retainedJobs", "10")
                  .set("spark.ui.retainedStages", "10")
                  .set("spark.ui.retainedTasks", "10")
                  .set("spark.driver.host", "127.0.0.1")
                  .set("spark.driver.bindAddress", "127.0.0.1"));
      activeMaster = master;
    }
    // Whoever shares it has to ask for what there is.
    Engine engine = new SparkEngineProvider().create("spark-" + activeMaster, conf);
    numOpen++;
    return counted(engine, generation);
  }

  private static synchronized void closed(int openedIn) {
    if (openedIn == generation) {
      numOpen--;
    }
  }

  private static Engine counted(Engine engine, int openedIn) {
    AtomicBoolean isClosed = new AtomicBoolean();
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(engine, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (method.getName().equals("close") && isClosed.compareAndSet(false, true)) {
                  closed(openedIn);
                }
              }
            });
  }
}
