package io.millrace.stream;

import io.millrace.Conf;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Clock;
import io.millrace.spi.Engine;
import io.millrace.stream.graph.StreamGraph;
import java.util.Optional;

/** Makes the runtime of a streaming context; found by {@link java.util.ServiceLoader}. */
public interface StreamRuntimeProvider {

  /**
   * What a runtime runs, and by what means.
   *
   * @param name of the application, for threads and logs
   * @param graph what to run; fixed by the start
   * @param batchIntervalMillis at least 1
   * @param engine runs the runtime's own jobs
   * @param cancellation carried by all jobs of the context; triggered by a stop that is not
   *     graceful
   * @param clock cuts the batches, or empty for the machine's
   */
  record Setup(
      String name,
      StreamGraph graph,
      long batchIntervalMillis,
      Conf conf,
      Engine engine,
      Cancellation cancellation,
      Optional<Clock> clock) {}

  StreamRuntime create(Setup setup);
}
