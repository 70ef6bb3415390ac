package io.millrace.stream;

import io.millrace.spi.plan.PlanNode;
import io.millrace.stream.graph.StreamNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs one stream graph: the life cycle and the batch loop behind a {@link StreamingContext}. For
 * implementers of runtimes; programs use the context.
 *
 * <p>All methods may be called from any thread.
 */
public interface StreamRuntime {

  /**
   * Fixes the graph, starts the sources and the batch loop.
   *
   * @param checkpoint where batches are made durable; empty for nowhere
   * @throws CheckpointException if there is a checkpoint that can't be opened, or does not fit the
   *     program; the context is then stopped
   * @throws IllegalStateException if the context is not {@link StreamingContextState#INITIALIZED},
   *     or if the graph has no output
   * @throws RuntimeException if a source can't start; the context is then stopped
   */
  void start(Optional<CheckpointSpec> checkpoint);

  /**
   * Takes the place of {@link #start}: tells what that would make of the checkpoint, of which it
   * only reads. The context has stopped when this returns.
   *
   * @throws IllegalStateException as {@link #start}, or if streams lack names
   */
  CheckpointPlan plan(CheckpointSpec checkpoint);

  /**
   * Ends the loop. Blocks until it has ended, except when called by someone whom the end waits for,
   * that is by an output, a task, a listener, a source or a thread of one: then the request is
   * noted and the call returns.
   *
   * @param gracefully finish the batch that runs and the records that were received, within the
   *     stop timeout; otherwise cancel what runs
   */
  void stop(boolean gracefully);

  /**
   * Waits for the end.
   *
   * @param timeout at most this long; a negative one means no limit
   * @return whether the context has stopped
   * @throws InterruptedException if the waiting thread is interrupted
   * @throws IllegalStateException if the end waits for this thread, and there is no limit
   * @throws RuntimeException what stopped the context, if an error did
   */
  boolean awaitTermination(Duration timeout) throws InterruptedException;

  /**
   * Runs {@code action} once the context has stopped, for whatever reason, and before anybody who
   * waits for that goes on; at once, on this thread, if it has stopped already.
   */
  void whenStopped(Runnable action);

  /**
   * The plans of a stream for its batches in {@code [fromMillis, toMillis]}, both moved down to a
   * multiple of the stream's slide, in order of time. Batches from before the start, and those
   * without dataset, are left out. On the batch thread the batch that runs counts; elsewhere the
   * last is that which ended last.
   *
   * @throws IllegalStateException if the context has not been started, no output depends on the
   *     stream, or some of the batches are remembered no more
   * @throws IllegalArgumentException if some of the batches are still to come
   */
  List<PlanNode<?>> slice(StreamNode<?> stream, long fromMillis, long toMillis);

  StreamingContextState state();

  /** Whether the calling thread is that which runs the batches. */
  boolean isBatchThread();

  Progress progress();

  void addListener(StreamingListener listener);

  void removeListener(StreamingListener listener);
}
