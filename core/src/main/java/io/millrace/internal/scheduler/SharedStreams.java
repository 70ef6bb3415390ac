package io.millrace.internal.scheduler;

import io.millrace.stream.graph.DatasetUse;
import io.millrace.stream.graph.Output;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.TransformNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The streams with several readers all of whose readers are known: declared operations down to
 * declared outputs, so that nobody asks for a record twice. Whether their plans can be read in one
 * pass is for the engine to say, batch by batch.
 */
final class SharedStreams {

  /** Children before parents; with the streams of the outputs that depend on each, in order. */
  private final Map<StreamNode<?>, List<StreamNode<?>>> outputsOf = new LinkedHashMap<>();

  /** All streams in the values of the above. */
  private final Set<StreamNode<?>> outputStreams = new HashSet<>();

  /**
   * @param nodes that outputs depend on, parents before children
   * @param numConsumers streams and outputs that read each
   */
  SharedStreams(
      List<StreamNode<?>> nodes, List<Output> outputs, Map<StreamNode<?>, Integer> numConsumers) {
    Set<StreamNode<?>> direct = new HashSet<>();
    Set<StreamNode<?>> exposed = new HashSet<>();
    for (Output output : outputs) {
      direct.add(output.stream());
      if (output.use() == DatasetUse.USER_CODE) {
        exposed.add(output.stream());
      }
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      StreamNode<?> node = nodes.get(i);
      if (exposed.contains(node) || !isDeclared(node)) {
        exposed.addAll(node.parents());
      }
      boolean isShared = numConsumers.getOrDefault(node, 0) > 1 && !direct.contains(node);
      if (isShared && !exposed.contains(node) && isComputed(node)) {
        outputsOf.put(node, new ArrayList<>());
      }
    }
    if (!outputsOf.isEmpty()) {
      outputs.forEach(this::addToParents);
    }
  }

  private static boolean isDeclared(StreamNode<?> node) {
    return node instanceof TransformNode<?> transform && transform.use() == DatasetUse.DECLARED;
  }

  /** Neither persisted by the user, nor what a state emitted, which is in memory. */
  private static boolean isComputed(StreamNode<?> node) {
    return node.storage() == null && !StreamPlans.isStateful(node);
  }

  private void addToParents(Output output) {
    Set<StreamNode<?>> entered = new HashSet<>();
    List<StreamNode<?>> open = new ArrayList<>(List.of(output.stream()));
    while (!open.isEmpty()) {
      StreamNode<?> node = open.remove(open.size() - 1);
      if (entered.add(node)) {
        open.addAll(node.parents());
        List<StreamNode<?>> outputs = outputsOf.get(node);
        if (outputs != null) {
          outputs.add(output.stream());
          outputStreams.add(output.stream());
        }
      }
    }
  }

  boolean contains(StreamNode<?> node) {
    return outputsOf.containsKey(node);
  }

  /** Each stream with those of the outputs that depend on it; children before parents. */
  Map<StreamNode<?>, List<StreamNode<?>>> outputsOf() {
    return outputsOf;
  }

  /** The streams of the outputs that depend on shared ones. */
  Set<StreamNode<?>> outputStreams() {
    return outputStreams;
  }
}
