package io.millrace.benchmarks.spark;

import io.millrace.benchmarks.cluster.JobTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** When jobs began and ended. Told by a thread of Spark's own, a little later. */
final class JobTimes extends SparkListener {

  private final SparkContext spark;
  private final Map<Integer, Long> running = new HashMap<>();
  private final List<JobTime> ended = new ArrayList<>();

  JobTimes(SparkContext spark) {
    this.spark = spark;
    spark.addSparkListener(this);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    running.put(job.jobId(), job.time());
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd job) {
    Long start = running.remove(job.jobId());
    if (start != null) {
      ended.add(new JobTime(start, job.time()));
    }
  }

  /** Those of all jobs that have ended until now. */
  List<JobTime> all() throws Exception {
    spark.listenerBus().waitUntilEmpty();
    synchronized (this) {
      return List.copyOf(ended);
    }
  }
}
