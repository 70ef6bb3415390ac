package io.millrace.stream;

import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StreamGraph;
import java.util.List;

/** An output with transactional sinks, to be named. */
public final class StreamOutput {

  private final StreamGraph graph;
  private final List<SinkBinding> sinks;

  StreamOutput(StreamGraph graph, List<SinkBinding> sinks) {
    this.graph = graph;
    this.sinks = sinks;
  }

  /**
   * Gives the output a name that stays the same when the program changes: what it has written is
   * accounted for under this name, in the checkpoint and in the sink's target. If there are several
   * sinks, they are this name with {@code -1}, {@code -2} and so on.
   *
   * @param uid not empty
   */
  public StreamOutput uid(String uid) {
    if (uid.isBlank()) {
      throw new IllegalArgumentException("an output's uid must not be empty");
    }
    graph.requireOpen("a uid");
    if (sinks.size() == 1) {
      sinks.get(0).setUid(uid);
    } else {
      for (int i = 0; i < sinks.size(); i++) {
        sinks.get(i).setUid(uid + "-" + (i + 1));
      }
    }
    return this;
  }
}
