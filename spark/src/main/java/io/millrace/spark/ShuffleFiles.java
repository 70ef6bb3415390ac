package io.millrace.spark;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.apache.spark.ContextCleaner;
import org.apache.spark.SparkContext;

/**
 * Lets Spark drop shuffle files that no job will read. By itself it does so when their dataset is
 * collected as garbage, which a driver with a large heap does seldom.
 *
 * <p>Files are dropped only while no job of the engine runs, since Spark's scheduler does not stand
 * it that a shuffle in use is unknown; while jobs always overlap, it is as without this class. Safe
 * for concurrent use.
 */
final class ShuffleFiles {

  private final SparkContext spark;
  private final Deque<Integer> unread = new ArrayDeque<>();
  private int numRunning;

  ShuffleFiles(SparkContext spark) {
    this.spark = spark;
  }

  /** Before a job looks for what it reads. Jobs may begin within jobs. */
  synchronized void beginJob() {
    numRunning++;
  }

  synchronized void endJob() {
    numRunning--;
    dropIfIdle();
  }

  /**
   * @param shuffles that no job will begin to read
   */
  synchronized void drop(Collection<Integer> shuffles) {
    unread.addAll(shuffles);
    dropIfIdle();
  }

  private void dropIfIdle() {
    if (numRunning > 0 || unread.isEmpty()) {
      return;
    }
    scala.Option<ContextCleaner> cleaner = spark.cleaner();
    if (cleaner.isDefined() && !spark.isStopped()) {
      unread.forEach(
          shuffle -> Uninterrupted.run(() -> cleaner.get().doCleanupShuffle(shuffle, false)));
    }
    unread.clear();
  }
}
