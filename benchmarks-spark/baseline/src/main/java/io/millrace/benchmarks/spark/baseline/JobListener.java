package io.millrace.benchmarks.spark.baseline;

import io.millrace.benchmarks.cluster.JobTime;
import io.millrace.benchmarks.cluster.JobTimes;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Hears of jobs from this side's Spark, which tells a little later, by a thread of its own. */
final class JobListener extends SparkListener {

  private final SparkContext spark;
  private final JobTimes times = new JobTimes();

  private JobListener(SparkContext spark) {
    this.spark = spark;
  }

  static JobListener on(SparkContext spark) {
    JobListener listener = new JobListener(spark);
    spark.addSparkListener(listener);
    return listener;
  }

  @Override
  public void onJobStart(SparkListenerJobStart job) {
    times.onStart(job.jobId(), job.time());
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd job) {
    times.onEnd(job.jobId(), job.time());
  }

  /** Those of all jobs that have ended until now. */
  List<JobTime> times() throws Exception {
    spark.listenerBus().waitUntilEmpty();
    return times.all();
  }
}
