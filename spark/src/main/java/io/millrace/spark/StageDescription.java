package io.millrace.spark;

import io.millrace.TaskContext;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.CartesianNode;
import io.millrace.spi.plan.CoalesceNode;
import io.millrace.spi.plan.CogroupNode;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Operator;
import io.millrace.spi.plan.PipeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.Routing;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.UnionNode;
import io.millrace.spi.plan.ZipNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage as it travels to executors: its nodes, parents before children, the last one its end. A
 * node whose records come from elsewhere is a leaf, known by number. Executors make plan nodes of
 * it again.
 *
 * @param pieces at least one
 */
record StageDescription(List<Piece> pieces) implements Serializable {

  StageDescription {
    pieces = new ArrayList<>(pieces);
  }

  /** One node; parents are given by their position among the pieces. */
  sealed interface Piece extends Serializable {}

  record Source(String operation, RecordSource<?> source) implements Piece {}

  /** Blocks that a task opens by itself, such as files. */
  record Blocks(String operation, BlockSetNode.BlockSet<?> blocks, @Nullable Placement placement)
      implements Piece {}

  /** Records that were kept, or that travel with the task. */
  record Leaf(String operation, int leaf, int numPartitions, @Nullable Placement placement)
      implements Piece {}

  /** What an exchange yields. */
  record Exchange(
      String operation,
      int leaf,
      Routing routing,
      @Nullable Combiner combiner,
      @Nullable Comparator<?> keyOrdering)
      implements Piece {}

  /** The near side of an exchange. */
  record Pipe(String operation, int parent, Operator operator) implements Piece {}

  record Union(String operation, List<Integer> members) implements Piece {}

  record Coalesce(String operation, int parent, int numPartitions) implements Piece {}

  record Zip(String operation, List<Integer> parents, ZipNode.Zipper<?> zipper) implements Piece {}

  record Cartesian(String operation, int left, int right) implements Piece {}

  record Cogroup(String operation, List<Integer> parents, Placement placement) implements Piece {}

  /** Reads a partition of a leaf, where the stage is computed. */
  @FunctionalInterface
  interface Leaves {
    RecordReader<Object> open(int leaf, int partition) throws Exception;
  }

  /** A node of a stage that is read as an exchange, with the number of its leaf. */
  record ExchangeLeaf(ExchangeNode<?> node, int leaf) {}

  /** The stage as nodes again. */
  record Rebuilt(PlanNode<?> end, List<ExchangeLeaf> exchanges) {

    int leafOf(ExchangeNode<?> exchange) {
      for (ExchangeLeaf each : exchanges) {
        if (each.node().equals(exchange)) {
          return each.leaf();
        }
      }
      throw new IllegalStateException(exchange + " is no leaf of this stage");
    }
  }

  Rebuilt rebuild(Leaves leaves) {
    List<PlanNode<?>> nodes = new ArrayList<>(pieces.size());
    List<ExchangeLeaf> exchanges = new ArrayList<>();
    for (Piece piece : pieces) {
      nodes.add(node(piece, nodes, leaves, exchanges));
    }
    return new Rebuilt(nodes.get(nodes.size() - 1), exchanges);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // records are of any type here
  private static PlanNode<?> node(
      Piece piece, List<PlanNode<?>> nodes, Leaves leaves, List<ExchangeLeaf> exchanges) {
    if (piece instanceof Source source) {
      return new SourceNode<>(source.operation(), source.source());
    } else if (piece instanceof Blocks blocks) {
      return new BlockSetNode<>(blocks.operation(), blocks.blocks(), blocks.placement());
    } else if (piece instanceof Leaf leaf) {
      return new BlockSetNode<>(leaf.operation(), new LeafBlocks(leaf, leaves), leaf.placement());
    } else if (piece instanceof Exchange exchange) {
      ExchangeNode<?> node =
          new ExchangeNode<>(
              exchange.operation(),
              new BlockSetNode<>("elsewhere", new NoBlocks()),
              exchange.routing(),
              exchange.combiner(),
              exchange.keyOrdering());
      exchanges.add(new ExchangeLeaf(node, exchange.leaf()));
      return node;
    } else if (piece instanceof Pipe pipe) {
      return new PipeNode<>(pipe.operation(), nodes.get(pipe.parent()), pipe.operator());
    } else if (piece instanceof Union union) {
      return new UnionNode(union.operation(), pick(union.members(), nodes));
    } else if (piece instanceof Coalesce coalesce) {
      return new CoalesceNode<>(
          coalesce.operation(), nodes.get(coalesce.parent()), coalesce.numPartitions());
    } else if (piece instanceof Zip zip) {
      return new ZipNode<>(zip.operation(), pick(zip.parents(), nodes), zip.zipper());
    } else if (piece instanceof Cartesian cartesian) {
      return new CartesianNode<>(
          cartesian.operation(), nodes.get(cartesian.left()), nodes.get(cartesian.right()));
    }
    Cogroup cogroup = (Cogroup) piece;
    return new CogroupNode<>(
        cogroup.operation(), pick(cogroup.parents(), nodes), cogroup.placement());
  }

  private static List<PlanNode<?>> pick(List<Integer> positions, List<PlanNode<?>> nodes) {
    List<PlanNode<?>> picked = new ArrayList<>(positions.size());
    positions.forEach(position -> picked.add(nodes.get(position)));
    return picked;
  }

  /** Records of a leaf. Never travels itself. */
  @SuppressWarnings("serial")
  private record LeafBlocks(Leaf leaf, Leaves leaves) implements BlockSetNode.BlockSet<Object> {

    @Override
    public int numPartitions() {
      return leaf.numPartitions();
    }

    @Override
    public long numRecords() {
      return -1;
    }

    @Override
    public RecordReader<Object> open(int partition, TaskContext context) throws Exception {
      return leaves.open(leaf.leaf(), partition);
    }

    @Override
    public String description() {
      return leaf.operation();
    }
  }

  /** Stands for what is on the near side of an exchange, which is nobody's business here. */
  private record NoBlocks() implements BlockSetNode.BlockSet<Object> {

    @Override
    public int numPartitions() {
      return 0;
    }

    @Override
    public long numRecords() {
      return 0;
    }

    @Override
    public RecordReader<Object> open(int partition, TaskContext context) {
      throw new IllegalStateException("the near side of an exchange is not here");
    }

    @Override
    public String description() {
      return "the near side of an exchange";
    }
  }
}
