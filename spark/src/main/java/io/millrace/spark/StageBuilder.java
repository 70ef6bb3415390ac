package io.millrace.spark;

import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.CartesianNode;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.CogroupNode;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.plan.ZipNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Cuts a stage out of a lineage: from its end up to the leaves, whose records come from elsewhere.
 * Walks with stacks of its own, since lineages are longer than a thread's.
 */
final class StageBuilder {

  /**
   * A node that is read from elsewhere.
   *
   * @param isKept whether what is read is what was kept of it, rather than where it begins
   */
  record Leaf(PlanNode<?> node, boolean isKept) {}

  /** A partition of a node. */
  private record Slice(PlanNode<?> node, int partition) {}

  private final Predicate<PlanNode<?>> isLeaf;
  private final PlanNode<?> end;
  private final boolean endMayBeLeaf;
  private final List<StageDescription.Piece> pieces = new ArrayList<>();
  private final Map<PlanNode<?>, Integer> positions = new HashMap<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private final Map<PlanNode<?>, Integer> leafNumbers = new HashMap<>();

  /**
   * @param isLeaf which nodes are read from elsewhere
   * @param endMayBeLeaf whether that holds for the end too; not where it is this stage that is to
   *     compute what is kept of it
   */
  StageBuilder(Predicate<PlanNode<?>> isLeaf, PlanNode<?> end, boolean endMayBeLeaf) {
    this.isLeaf = isLeaf;
    this.end = end;
    this.endMayBeLeaf = endMayBeLeaf;
    walk();
  }

  StageDescription description() {
    return new StageDescription(pieces);
  }

  /** The nodes that are read from elsewhere, by number. */
  List<Leaf> leaves() {
    return leaves;
  }

  private boolean isLeafHere(PlanNode<?> node) {
    if (!isLeaf.test(node)) {
      return false;
    }
    // What can't be computed from parents is a leaf whatever is kept of it.
    return !node.equals(end)
        || endMayBeLeaf
        || node instanceof ExchangeNode<?>
        || isHeldElsewhere(node);
  }

  /**
   * Whether a node's records are the driver's or an executor's, and not where a task finds them.
   */
  static boolean isHeldElsewhere(PlanNode<?> node) {
    return node instanceof BlockSetNode<?> blocks
        ? blocks.blocks().holdsRecords()
        : node instanceof SourceNode<?> source && source.source().holdsRecords();
  }

  private void walk() {
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> path = new ArrayDeque<>();
    path.push(end);
    while (!path.isEmpty()) {
      PlanNode<?> node = path.element();
      if (entered.add(node)) {
        if (!isLeafHere(node)) {
          node.parents().stream().filter(parent -> !entered.contains(parent)).forEach(path::push);
        }
      } else {
        path.pop();
        if (!positions.containsKey(node)) {
          StageDescription.Piece piece = isLeafHere(node) ? leaf(node) : inner(node);
          positions.put(node, pieces.size());
          pieces.add(piece);
        }
      }
    }
  }

  private StageDescription.Piece leaf(PlanNode<?> node) {
    int number = leaves.size();
    boolean isKept = node.storage() != null && (endMayBeLeaf || !node.equals(end));
    leaves.add(new Leaf(node, isKept));
    leafNumbers.put(node, number);
    if (!isKept && node instanceof ExchangeNode<?> exchange) {
      return new StageDescription.Exchange(
          exchange.label(),
          number,
          exchange.routing(),
          exchange.combiner(),
          exchange.keyOrdering());
    }
    return new StageDescription.Leaf(node.label(), number, node.numPartitions(), node.placement());
  }

  private StageDescription.Piece inner(PlanNode<?> node) {
    String label = node.label();
    if (node instanceof SourceNode<?> source) {
      return new StageDescription.Source(label, source.source());
    } else if (node instanceof BlockSetNode<?> blocks) {
      return new StageDescription.Blocks(label, blocks.blocks(), blocks.placement());
    } else if (node instanceof PipeNode<?> pipe) {
      return new StageDescription.Pipe(label, position(pipe.parent()), pipe.operator());
    } else if (node instanceof UnionNode<?> union) {
      return new StageDescription.Union(label, positions(union.members()));
    } else if (node instanceof CoalesceNode<?> coalesce) {
      return new StageDescription.Coalesce(
          label, position(coalesce.parent()), coalesce.numPartitions());
    } else if (node instanceof ZipNode<?> zip) {
      return new StageDescription.Zip(label, positions(zip.parents()), zip.zipper());
    } else if (node instanceof CartesianNode<?, ?> cartesian) {
      return new StageDescription.Cartesian(
          label, position(cartesian.left()), position(cartesian.right()));
    } else if (node instanceof CogroupNode<?> cogroup) {
      return new StageDescription.Cogroup(label, positions(cogroup.parents()), cogroup.placement());
    }
    throw new IllegalStateException("unknown plan node " + node);
  }

  private int position(PlanNode<?> node) {
    Integer position = positions.get(node);
    if (position == null) {
      throw new IllegalStateException(node + " is read before it is described");
    }
    return position;
  }

  private List<Integer> positions(List<? extends PlanNode<?>> nodes) {
    List<Integer> all = new ArrayList<>(nodes.size());
    nodes.forEach(node -> all.add(position(node)));
    return all;
  }

  /** Which partitions of which leaves, by number, a partition of the stage reads. */
  Map<Integer, Set<Integer>> reads(int partition) {
    Map<Integer, Set<Integer>> reads = new HashMap<>();
    Set<Slice> entered = new HashSet<>();
    Deque<Slice> open = new ArrayDeque<>();
    open.push(new Slice(end, partition));
    while (!open.isEmpty()) {
      Slice slice = alongChain(open.pop());
      Integer leaf = leafNumbers.get(slice.node());
      if (leaf != null) {
        reads.computeIfAbsent(leaf, key -> new TreeSet<>()).add(slice.partition());
      } else if (entered.add(slice)) {
        parents(slice).forEach(open::push);
      }
    }
    return reads;
  }

  /** Follows parents while there is but one to read; chains are long, and need no memory. */
  private Slice alongChain(Slice from) {
    PlanNode<?> node = from.node();
    int index = from.partition();
    while (!leafNumbers.containsKey(node)) {
      if (node instanceof PipeNode<?> pipe) {
        node = pipe.parent();
      } else if (node instanceof UnionNode<?> union && !union.isAligned()) {
        int member = 0;
        while (index >= union.members().get(member).numPartitions()) {
          index -= union.members().get(member++).numPartitions();
        }
        node = union.members().get(member);
      } else {
        break;
      }
    }
    return new Slice(node, index);
  }

  private static List<Slice> parents(Slice slice) {
    PlanNode<?> node = slice.node();
    int index = slice.partition();
    List<Slice> parents = new ArrayList<>();
    if (node instanceof CoalesceNode<?> coalesce) {
      for (int i = coalesce.firstParentPartition(index);
          i < coalesce.firstParentPartition(index + 1);
          i++) {
        parents.add(new Slice(coalesce.parent(), i));
      }
    } else if (node instanceof CartesianNode<?, ?> cartesian) {
      int rights = cartesian.right().numPartitions();
      parents.add(new Slice(cartesian.left(), index / rights));
      parents.add(new Slice(cartesian.right(), index % rights));
    } else {
      for (PlanNode<?> parent : node.parents()) {
        parents.add(new Slice(parent, index));
      }
    }
    return parents;
  }
}
