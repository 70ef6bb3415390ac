package io.millrace.stream.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The streams and outputs that a program declared. Grows while the program declares, and is fixed
 * when it starts. Guarded by itself.
 */
public final class StreamGraph {

  private final List<StreamNode<?>> nodes = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();
  private long rememberMillis;
  private boolean fixed;
  private final DefaultParallelism parallelism = new DefaultParallelism();

  /** Adds the stream that {@code make} makes of its number. */
  public synchronized <N extends StreamNode<?>> N add(IntFunction<N> make) {
    requireOpen("a stream");
    N node = make.apply(nodes.size());
    nodes.add(node);
    return node;
  }

  /** Adds an output whose body is user code. */
  public void addOutput(String operation, StreamNode<?> stream, Output.Body body) {
    addOutput(operation, stream, DatasetUse.USER_CODE, body, List.of());
  }

  /** Adds an output. */
  public synchronized void addOutput(
      String operation,
      StreamNode<?> stream,
      DatasetUse use,
      Output.Body body,
      List<SinkBinding> sinks) {
    requireOpen("an output");
    outputs.add(new Output(outputs.size(), operation, stream, use, body, sinks));
  }

  /** Asks that the program can come back to each batch for this long; the longest asked holds. */
  public synchronized void remember(long millis) {
    requireOpen("how long batches are remembered");
    rememberMillis = Math.max(rememberMillis, millis);
  }

  /** For how many milliseconds of batch time the program may come back to a batch, 0 for not. */
  public synchronized long rememberMillis() {
    return rememberMillis;
  }

  /** Throws if the graph is fixed already; to be called before a mark is changed. */
  public synchronized void requireOpen(String what) {
    if (fixed) {
      throw new IllegalStateException(
          "can't add or change "
              + what
              + " after the streaming context has started: declare everything before start()");
    }
  }

  /** How many partitions a batch has where the program does not say. */
  public DefaultParallelism parallelism() {
    return parallelism;
  }

  /** Ends declaration. */
  public synchronized void fix() {
    fixed = true;
  }

  /** All streams, parents before children. */
  public synchronized List<StreamNode<?>> nodes() {
    return List.copyOf(nodes);
  }

  /** All outputs in order of declaration. */
  public synchronized List<Output> outputs() {
    return List.copyOf(outputs);
  }
}
