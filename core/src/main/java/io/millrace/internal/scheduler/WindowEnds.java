package io.millrace.internal.scheduler;

import io.millrace.WindowCatchUp;
import io.millrace.stream.graph.EntriesNode;
import io.millrace.stream.graph.InputNode;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.StateNode;
import io.millrace.stream.graph.StreamNode;
import io.millrace.stream.graph.WindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides at which window ends batches have to be cut although their ticks have passed. An end has
 * to be run if its window holds a recorded batch: one with input, or at which a state or a window
 * below it has emitted. That is known from batch times alone, as the driver does not see records.
 *
 * <p>Of each stream the last recorded time is enough: the first end after all batches so far holds
 * a recorded one if and only if it holds the last, and if it does not, no later end does. So the
 * ends to be run are finitely many, at most length / slide for each window and those below it.
 */
final class WindowEnds {

  /** What a batch is to windows. */
  record Recorded(boolean isInput, boolean isWindow) {}

  /**
   * Ends to be run.
   *
   * @param count how many
   * @param lastMillis the last of them
   */
  record Passed(long count, long lastMillis) {}

  private static final Recorded INPUT_ALONE = new Recorded(true, false);
  private static final Recorded NOTHING = new Recorded(false, false);

  private final List<StreamNode<?>> nodes;
  private final WindowCatchUp mode;
  private final Map<StreamNode<?>, Long> lastRecorded;

  /** Streams that some window depends on. */
  private final Set<StreamNode<?>> readByWindows = new HashSet<>();

  /** Streams that depend on a window, and windows. */
  private final Set<StreamNode<?>> windowed = new HashSet<>();

  /**
   * @param nodes parents before children
   */
  WindowEnds(List<StreamNode<?>> nodes, WindowCatchUp mode) {
    this(nodes, mode, new HashMap<>());
  }

  private WindowEnds(
      List<StreamNode<?>> nodes, WindowCatchUp mode, Map<StreamNode<?>, Long> lastRecorded) {
    this.nodes = List.copyOf(nodes);
    this.mode = mode;
    this.lastRecorded = lastRecorded;
    for (StreamNode<?> node : nodes) {
      if (span(node) != null || node.parents().stream().anyMatch(windowed::contains)) {
        windowed.add(node);
      }
    }
    for (int i = nodes.size() - 1; i >= 0; i--) {
      StreamNode<?> node = nodes.get(i);
      if (span(node) != null || readByWindows.contains(node)) {
        readByWindows.addAll(node.parents());
      }
    }
  }

  private static @Nullable WindowSpan span(StreamNode<?> node) {
    if (node instanceof WindowNode<?> window) {
      return window.span();
    }
    return node instanceof PaneWindowNode<?, ?> window ? window.span() : null;
  }

  private long last(StreamNode<?> node) {
    return lastRecorded.getOrDefault(node, Long.MIN_VALUE);
  }

  private boolean holdsRecorded(StreamNode<?> window, WindowSpan span, long endMillis) {
    long last = last(window.parents().get(0));
    return last != Long.MIN_VALUE && last > endMillis - span.lengthMillis();
  }

  /** Whether there are any windows. */
  boolean areAny() {
    return !windowed.isEmpty();
  }

  /**
   * Takes in a batch; the same one again changes nothing.
   *
   * @param hasInput whether sources gave it something
   * @param emitting the states that have emitted records in it
   * @return whether windows over streams that are not windowed hold records of it, and whether a
   *     window that fires in it holds a recorded batch
   */
  Recorded advance(long timeMillis, boolean hasInput, Set<StreamNode<?>> emitting) {
    if (windowed.isEmpty()) {
      return hasInput ? INPUT_ALONE : NOTHING;
    }
    Set<StreamNode<?>> recorded = new HashSet<>();
    boolean isInput = hasInput;
    boolean isWindow = false;
    for (StreamNode<?> node : nodes) {
      WindowSpan span = span(node);
      boolean isRecorded;
      if (span != null) {
        isRecorded = span.isEnd(timeMillis) && holdsRecorded(node, span, timeMillis);
        isWindow |= isRecorded;
      } else {
        isRecorded =
            node instanceof InputNode<?>
                ? hasInput
                : emitting.contains(node) || node.parents().stream().anyMatch(recorded::contains);
        isInput |= isRecorded && readByWindows.contains(node) && !windowed.contains(node);
      }
      if (isRecorded) {
        recorded.add(node);
        lastRecorded.put(node, timeMillis);
      }
    }
    return new Recorded(isInput, isWindow);
  }

  /**
   * Takes in what an earlier process has run. Where the last batch alone does not tell whether a
   * window was empty it is taken for recorded.
   *
   * @param lastMillis time of the last committed batch
   * @param lastInputMillis time of the last one with input
   */
  void restore(long lastMillis, long lastInputMillis) {
    if (lastInputMillis == Long.MIN_VALUE) {
      return;
    }
    for (StreamNode<?> node : nodes) {
      WindowSpan span = span(node);
      long last;
      if (node instanceof InputNode<?>) {
        last = lastInputMillis;
      } else if (span != null) {
        long held = last(node.parents().get(0));
        last =
            held == Long.MIN_VALUE
                ? held
                : span.lastEndAt(Math.min(lastMillis, held + span.lengthMillis() - 1));
      } else if (isState(node)
          && windowed.contains(node)
          && Math.floorMod(lastMillis, node.slideMillis()) == 0) {
        last = lastMillis; // it may have emitted what has timed out
      } else {
        last = node.parents().stream().mapToLong(this::last).max().orElse(Long.MIN_VALUE);
      }
      lastRecorded.put(node, last);
    }
  }

  private static boolean isState(StreamNode<?> node) {
    return node instanceof StateNode<?, ?, ?> || node instanceof EntriesNode<?, ?>;
  }

  /**
   * The first end that has to be run after the batch of {@code afterMillis} and before one of
   * {@code beforeMillis}.
   */
  OptionalLong next(long afterMillis, long beforeMillis) {
    if (windowed.isEmpty()) {
      return OptionalLong.empty();
    }
    long next = Long.MAX_VALUE;
    for (StreamNode<?> node : nodes) {
      WindowSpan span = span(node);
      if (span != null) {
        long end = candidate(span, afterMillis, beforeMillis);
        if (end < Math.min(next, beforeMillis) && holdsRecorded(node, span, end)) {
          next = end;
        }
      }
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** An end in between, or one that is not before {@code beforeMillis}. */
  private long candidate(WindowSpan span, long afterMillis, long beforeMillis) {
    return switch (mode) {
      case ALL -> span.firstEndAfter(afterMillis);
      case LAST -> {
        long last = span.lastEndAt(beforeMillis);
        yield last > afterMillis ? last : beforeMillis;
      }
    };
  }

  /** What {@link #next} will give one after the other. */
  Passed passed(long afterMillis, long beforeMillis) {
    WindowEnds simulated = new WindowEnds(nodes, mode, new HashMap<>(lastRecorded));
    long count = 0;
    long last = afterMillis;
    OptionalLong next = simulated.next(last, beforeMillis);
    while (next.isPresent()) {
      last = next.getAsLong();
      count++;
      simulated.advance(last, false, Set.of());
      next = simulated.next(last, beforeMillis);
    }
    return new Passed(count, last);
  }
}
