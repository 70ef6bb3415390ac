package io.millrace.internal.serialization;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An object met on a walk, and the way to it.
 *
 * @param holder the object that holds it, or null where the walk began
 * @param label what the holder calls it: {@code field 'socket'}, {@code captured argument 1}
 */
record Reference(@Nullable Reference holder, String label, Object value) {
  static Reference root(Object value) {
    return new Reference(null, "", value);
  }

  Reference to(String childLabel, Object child) {
    return new Reference(this, childLabel, child);
  }

  boolean isRoot() {
    return holder == null;
  }

  /** The first step of the way here, or this object if the walk began here. */
  Reference firstStep() {
    Reference step = this;
    while (step.holder != null && step.holder.holder != null) {
      step = step.holder;
    }
    return step;
  }

  /**
   * The way from where the walk began, as it follows the name of that object: {@code captures
   * argument 1 of type com.acme.Job -> field 'socket' of type java.net.Socket}.
   */
  String path() {
    Deque<String> steps = new ArrayDeque<>();
    for (Reference step = this; step.holder != null; step = step.holder) {
      steps.addFirst(step.label + " of type " + FunctionNames.typeName(step.value.getClass()));
    }
    String path = steps.stream().collect(Collectors.joining(" -> "));
    String captured = ObjectGraph.CAPTURED;
    return path.startsWith(captured)
        ? "captures " + path.substring(captured.length())
        : "holds " + path;
  }
}
