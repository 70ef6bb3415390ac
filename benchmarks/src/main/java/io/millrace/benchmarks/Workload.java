package io.millrace.benchmarks;

import java.util.List;

/** One whole-program measurement; runs in a process of its own. */
interface Workload {

  /** Warms up, measures, and returns the rows. */
  List<Row> run() throws Exception;
}
