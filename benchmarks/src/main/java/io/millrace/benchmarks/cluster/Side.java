package io.millrace.benchmarks.cluster;

import java.util.List;

/** A streaming program whose batches are run one by one, each as soon as the one before is done. */
public interface Side extends AutoCloseable {

  /** Runs a batch from its tick to its end. */
  void step() throws Exception;

  /** A number for the results of the last batch, which is that of the other side if they agree. */
  long digest();

  /** All jobs that have ended so far, in the order of their ends. */
  List<JobTime> jobs() throws Exception;
}
