package io.millrace.internal.scheduler;

import io.millrace.stream.graph.EntriesNode;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.SinkBinding;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names under which a checkpoint keeps what belongs to sources, states, windows and
 * transactional outputs. They stay the same when other streams are added, removed or moved.
 *
 * <p>A name is what {@code uid} says; else the operation and the names of the closest named streams
 * above, {@code updateStateByKey@orders}. The latter says which one is meant only while there is
 * one such, so several are refused.
 */
final class StreamIds {

  private final Map<StreamNode<?>, String> ofNodes = new LinkedHashMap<>();
  private final Map<SinkBinding, String> ofSinks = new LinkedHashMap<>();

  /** What has a name, as it is shown in errors. */
  private record Named(String label, boolean isChosen) {}

  /**
   * @param nodes that are needed, parents before children
   * @throws IllegalStateException if two would have the same name; lists them, with what to add
   */
  StreamIds(List<StreamNode<?>> nodes, List<Output> outputs) {
    Map<String, List<Named>> byId = new TreeMap<>();
    Map<String, Integer> windowedParents = new HashMap<>();
    for (StreamNode<?> node : nodes) {
      String id = id(node);
      ofNodes.put(node, id);
      boolean isWindow = node instanceof WindowNode<?>;
      // Windows over one stream share what is kept of it.
      if (isKept(node)
          && !(isWindow && node.uid() == null && sharesParent(node, id, windowedParents))) {
        byId.computeIfAbsent(id, key -> new ArrayList<>())
            .add(new Named(node.label(), node.uid() != null));
      }
    }
    for (Output output : outputs) {
      for (int i = 0; i < output.sinks().size(); i++) {
        SinkBinding sink = output.sinks().get(i);
        String suffix = output.sinks().size() == 1 ? "" : "-" + (i + 1);
        String derived = output.operation() + "@" + ancestors(output.stream()) + suffix;
        String id = Optional.ofNullable(sink.uid()).orElse(derived);
        ofSinks.put(sink, id);
        byId.computeIfAbsent(id, key -> new ArrayList<>())
            .add(new Named(output.label(), sink.uid() != null));
      }
    }
    refuseAmbiguous(byId);
  }

  private static boolean sharesParent(
      StreamNode<?> node, String id, Map<String, Integer> windowedParents) {
    int parent = node.parents().get(0).id();
    Integer before = windowedParents.putIfAbsent(id, parent);
    return before != null && before == parent;
  }

  /** Whether a checkpoint keeps something of the stream. */
  private static boolean isKept(StreamNode<?> node) {
    return node instanceof InputNode<?>
        || node instanceof StateNode<?, ?, ?>
        || node instanceof PaneWindowNode<?, ?>
        || node instanceof WindowNode<?>;
  }

  private String id(StreamNode<?> node) {
    String uid = node.uid();
    if (uid != null) {
      return uid;
    }
    if (node instanceof InputNode<?>) {
      return node.operation();
    }
    if (node instanceof EntriesNode<?, ?> entries) {
      return ofNode(entries.state());
    }
    String above = ancestors(node.parents());
    return isKept(node) ? node.operation() + "@" + above : above;
  }

  /** The names above what is neither named nor kept: those of the closest streams that are. */
  private String ancestors(List<? extends StreamNode<?>> parents) {
    TreeSet<String> ids = new TreeSet<>();
    parents.forEach(parent -> ids.add(ofNode(parent)));
    return String.join("+", ids);
  }

  private String ancestors(StreamNode<?> stream) {
    return ofNode(stream);
  }

  private static void refuseAmbiguous(Map<String, List<Named>> byId) {
    StringBuilder message = new StringBuilder();
    byId.forEach(
        (id, named) -> {
          if (named.size() > 1) {
            for (int i = 0; i < named.size(); i++) {
              message
                  .append("\n  ")
                  .append(named.get(i).label())
                  .append(
                      named.get(i).isChosen()
                          ? ": has a uid that is in use; change it to .uid(\""
                          : ": add .uid(\"")
                  .append(id.replaceAll("[^A-Za-z0-9]+", "-"))
                  .append('-')
                  .append(i + 1)
                  .append("\")");
            }
          }
        });
    if (!message.isEmpty()) {
      throw new IllegalStateException(
          "the program keeps a checkpoint, and these could be taken for each other when it is"
              + " restarted or changed; give each a name that stays:"
              + message);
    }
  }

  String ofNode(StreamNode<?> node) {
    String id = ofNodes.get(node);
    if (id == null) {
      throw new IllegalStateException(node + " has no id: no output depends on it");
    }
    return id;
  }

  String ofSink(SinkBinding sink) {
    String id = ofSinks.get(sink);
    if (id == null) {
      throw new IllegalStateException(sink + " has no id");
    }
    return id;
  }
}
