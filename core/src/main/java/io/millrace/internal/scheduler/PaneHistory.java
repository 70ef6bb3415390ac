package io.millrace.internal.scheduler;

import io.millrace.Tuple2;
import io.millrace.function.Function;
import io.millrace.internal.serialization.ValueCopy;
import io.millrace.spi.Cancellation;
import io.millrace.spi.Engine;
import io.millrace.spi.Job;
import io.millrace.spi.Terminal;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.UnionNode;
import io.millrace.stream.graph.PaneWindowNode;
import io.millrace.stream.graph.WindowSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The panes of one window that is combined by key: per pane one partial aggregate, pinned in
 * memory. Batches of an open pane are kept one by one and become one aggregate when the pane
 * closes.
 *
 * <p>A window is combined from its panes when it fires, so the cost of a slide grows with the
 * number of panes in the window.
 */
final class PaneHistory<K, V> {

  private final PaneWindowNode<K, V> node;
  private final WindowSpan span;
  private final Engine engine;
  private final Cancellation cancellation;

  /** Partial aggregates by the end of their pane. */
  private final TreeMap<Long, List<Partial<K, V>>> panes = new TreeMap<>();

  /**
   * What is known of a pane or of a batch in it.
   *
   * @param isMutable whether a combine could change a value
   */
  private record Partial<K, V>(PlanNode<Tuple2<K, V>> plan, boolean isMutable) {}

  PaneHistory(PaneWindowNode<K, V> node, Engine engine, Cancellation cancellation) {
    this.node = node;
    this.span = node.span();
    this.engine = engine;
    this.cancellation = cancellation;
  }

  /** Takes in a batch; the batch is computed here. */
  void add(long timeMillis, @Nullable PlanNode<Tuple2<K, V>> batch) {
    closePanesBefore(timeMillis);
    if (batch == null) {
      return;
    }
    Partial<K, V> partial = pin(batch);
    panes.computeIfAbsent(span.paneEnd(timeMillis), end -> new ArrayList<>(1)).add(partial);
  }

  private void closePanesBefore(long timeMillis) {
    panes.headMap(timeMillis, false).values().stream()
        .filter(parts -> parts.size() > 1)
        .forEach(
            parts -> {
              Partial<K, V> whole = pin(combined(parts));
              parts.clear();
              parts.add(whole);
            });
  }

  /** The window that ends at {@code endMillis}; forgets what no later window needs. */
  PlanNode<Tuple2<K, V>> fire(long endMillis) {
    panes.headMap(endMillis - span.lengthMillis(), true).clear();
    List<Partial<K, V>> held = new ArrayList<>();
    panes.headMap(endMillis, true).values().forEach(held::addAll);
    return held.isEmpty() ? empty() : combined(held);
  }

  private PlanNode<Tuple2<K, V>> combined(List<Partial<K, V>> parts) {
    UnionNode<Tuple2<K, V>> union =
        new UnionNode<>(node.operation(), parts.stream().map(Partial::plan).toList());
    PlanNode<?> values = union;
    if (parts.stream().anyMatch(Partial::isMutable)) {
      values = new PipeNode<>(node.operation(), union, new Operator.MapValues(new CopyValue()));
    }
    return new PipeNode<>(node.operation(), values, new Operator.CombineLocally(node.combiner()));
  }

  /** Looks at every value, since one that can't change says nothing of the next. */
  private static boolean holdsMutableValues(List<? extends List<? extends Tuple2<?, ?>>> part) {
    for (List<? extends Tuple2<?, ?>> records : part) {
      for (Tuple2<?, ?> record : records) {
        if (!ValueCopy.isImmutable(record._2())) {
          return true;
        }
      }
    }
    return false;
  }

  private Partial<K, V> pin(PlanNode<Tuple2<K, V>> plan) {
    Terminal<Tuple2<K, V>, List<Tuple2<K, V>>> collect = new Terminal.Collect<>();
    List<List<Tuple2<K, V>>> partitions =
        engine.run(Job.over(plan, collect, node.label(), cancellation));
    return new Partial<>(pinned(partitions), holdsMutableValues(partitions));
  }

  private PlanNode<Tuple2<K, V>> empty() {
    List<List<Tuple2<K, V>>> partitions = new ArrayList<>();
    for (int i = 0; i < node.placement().numPartitions(); i++) {
      partitions.add(List.of());
    }
    return pinned(partitions);
  }

  private PlanNode<Tuple2<K, V>> pinned(List<List<Tuple2<K, V>>> partitions) {
    return new BlockSetNode<>(node.operation(), new BlockLists<>(partitions), node.placement());
  }

  /** Copies a value, so that a combine which changes its argument does not change the pane's. */
  private static final class CopyValue implements Function<Object, Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public Object call(Object value) {
      return ValueCopy.copier(value, "a window's pane").get();
    }
  }
}
