package io.millrace.spark;

import io.millrace.spi.Engine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.AbstractFunction0;
import scala.runtime.BoxedUnit;

/**
 * Keeps Spark's own shutdown hook, which stops its context when the process gets a signal, waiting
 * for those who still need the context to end in order.
 */
final class ShutdownHolds {

  private static final Logger LOG = LoggerFactory.getLogger(ShutdownHolds.class);

  /** For ever and a day: what holds the context has its own, shorter limits. */
  private static final long MAX_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int BEFORE_CONTEXT =
      ShutdownHookManager.SPARK_CONTEXT_SHUTDOWN_PRIORITY() + 10;

  private int numHolds;
  private boolean isRegistered;

  synchronized Engine.Hold hold() {
    if (!isRegistered) {
      isRegistered = true;
      ShutdownHookManager.addShutdownHook(
          BEFORE_CONTEXT,
          new AbstractFunction0<>() {
            @Override
            public BoxedUnit apply() {
              await();
              return BoxedUnit.UNIT;
            }
          });
    }
    numHolds++;
    AtomicBoolean isClosed = new AtomicBoolean();
    return () -> {
      if (isClosed.compareAndSet(false, true)) {
        release();
      }
    };
  }

  private synchronized void release() {
    numHolds--;
    notifyAll();
  }

  private synchronized void await() {
    long deadline = System.nanoTime() + MAX_WAIT_NANOS;
    try {
      while (numHolds > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          LOG.warn("{} contexts have not ended in time; Spark is stopped under them", numHolds);
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
