package io.millrace.spark;

import io.millrace.internal.embedded.StageRuntime;
import io.millrace.internal.embedded.StageRuntime.RunningTask;
import io.millrace.internal.pipeline.ReaderIterator;
import io.millrace.spi.plan.BlockSetNode;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.RecordSource;
import io.millrace.spi.plan.Routing;
import io.millrace.spi.plan.SourceNode;
import io.millrace.spi.plan.StorageMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.spark.Partition;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.reflect.ClassTag$;

/**
 * Turns lineages into Spark's: an RDD for each stage, which ends at an exchange, at a node that is
 * kept, or with the job. Runs on the driver. The RDDs of exchanges and kept nodes are remembered
 * for as long as their nodes are, so that Spark finds what it has of them.
 *
 * <p>Safe for concurrent use.
 */
final class StagePlanner {

  private final SparkContext spark;
  private final ExecutorRuntime.Bounds bounds;

  /** What computes the nodes that are marked to be kept. */
  private final Map<PlanNode<?>, StageRdd> kept = new WeakHashMap<>();

  /** The far sides of exchanges, and blocks that executors have. */
  private final Map<PlanNode<?>, RDD<?>> origins = new WeakHashMap<>();

  private final Map<PlanNode<?>, Map<Integer, Shipment>> shipments = new WeakHashMap<>();

  StagePlanner(SparkContext spark, ExecutorRuntime.Bounds bounds) {
    this.spark = spark;
    this.bounds = bounds;
  }

  /** The last stage of a job over {@code target}; never kept itself. May run jobs. */
  StageRdd stage(PlanNode<?> target) {
    Set<PlanNode<?>> entered = new HashSet<>();
    Deque<PlanNode<?>> path = new ArrayDeque<>();
    path.push(target);
    while (!path.isEmpty()) {
      PlanNode<?> node = path.element();
      if (entered.add(node)) {
        if (!isBuilt(node)) {
          node.resolve();
          node.parents().stream().filter(parent -> !entered.contains(parent)).forEach(path::push);
        }
      } else {
        path.pop();
        build(node);
      }
    }
    return records(target, new StageBuilder(StagePlanner::isLeaf, target, true));
  }

  /** Whether a job need not look at what is behind a node. */
  private synchronized boolean isBuilt(PlanNode<?> node) {
    return node.storage() == null ? origins.containsKey(node) : kept.containsKey(node);
  }

  private static void persist(RDD<?> rdd, PlanNode<?> node) {
    StorageMark mark = node.storage();
    if (mark != null && rdd.getStorageLevel().equals(StorageLevel.NONE())) {
      rdd.persist(StorageLevel.apply(mark.disk(), mark.memory(), !mark.serialized(), 1));
    }
  }

  /** Whether a node's records come from outside of the stage that reads them. */
  private static boolean isLeaf(PlanNode<?> node) {
    return node.storage() != null
        || node instanceof ExchangeNode<?>
        || StageBuilder.isHeldElsewhere(node);
  }

  private void build(PlanNode<?> node) {
    if (origin(node) == null) {
      if (node instanceof ExchangeNode<?> exchange) {
        remember(node, shuffled(exchange));
      } else if (node instanceof BlockSetNode<?> blocks
          && blocks.blocks() instanceof SparkBlocks own) {
        remember(node, own.rdd());
      }
    }
    if (node.storage() != null) {
      StageRdd rdd = kept(node);
      if (rdd == null) {
        rdd = records(node, new StageBuilder(StagePlanner::isLeaf, node, false));
        rdd = keep(node, rdd);
      }
      persist(rdd, node);
    }
  }

  private synchronized void remember(PlanNode<?> node, RDD<?> rdd) {
    origins.putIfAbsent(node, rdd);
  }

  private synchronized @Nullable RDD<?> origin(PlanNode<?> node) {
    return origins.get(node);
  }

  private synchronized StageRdd keep(PlanNode<?> node, StageRdd rdd) {
    StageRdd before = kept.putIfAbsent(node, rdd);
    return before == null ? rdd : before;
  }

  /**
   * Forgets exchanges, which later jobs write again.
   *
   * @param firstNode the least id of their nodes
   * @return the shuffles that Spark has of them
   */
  synchronized List<Integer> forgetExchanges(long firstNode) {
    List<Integer> shuffles = new ArrayList<>();
    origins
        .entrySet()
        .removeIf(
            origin -> {
              PlanNode<?> node = origin.getKey();
              if (node.id() < firstNode
                  || !(origin.getValue() instanceof ShuffledRDD<?, ?, ?> shuffled)) {
                return false;
              }
              ShuffleDependency<?, ?, ?> dependency =
                  (ShuffleDependency<?, ?, ?>) shuffled.dependencies().head();
              shuffles.add(dependency.shuffleId());
              return true;
            });
    return shuffles;
  }

  /** What computes a node that is or was kept, or null if no job has come across it. */
  synchronized @Nullable StageRdd kept(PlanNode<?> node) {
    return kept.get(node);
  }

  /** Forgets what Spark has of a node. */
  void drop(PlanNode<?> node) {
    RDD<?> rdd = forget(node);
    if (node instanceof BlockSetNode<?> blocks && blocks.blocks() instanceof DriverBlocks<?> own) {
      own.drop();
    }
    if (rdd != null && !rdd.getStorageLevel().equals(StorageLevel.NONE())) {
      Uninterrupted.run(() -> rdd.unpersist(false));
    }
  }

  private synchronized @Nullable RDD<?> forget(PlanNode<?> node) {
    shipments.remove(node);
    return kept.get(node);
  }

  private StageRdd records(PlanNode<?> end, StageBuilder stage) {
    Parts parts = new Parts(end, stage);
    StageRdd rdd = new StageRdd(spark, parts.work(end), parts.dependencies(), parts.splits());
    rdd.setName(end.label());
    return rdd;
  }

  private RDD<?> shuffled(ExchangeNode<?> exchange) {
    PlanNode<?> near = exchange.parent();
    Parts parts = new Parts(near, new StageBuilder(StagePlanner::isLeaf, near, true));
    LocalsAccumulator locals = new LocalsAccumulator();
    spark.register(locals, "locals of " + exchange.label());
    MapCounts counts = null;
    if (exchange.routing() instanceof Routing.RoundRobin) {
      counts = new MapCounts();
      spark.register(counts, "counts of " + exchange.label());
    }
    ExchangeRdd map =
        new ExchangeRdd(
            spark,
            parts.work(exchange),
            new ExchangeRdd.Near(
                exchange.operation(),
                exchange.routing(),
                exchange.combiner(),
                exchange.keyOrdering()),
            locals,
            counts,
            parts.dependencies(),
            parts.splits());
    map.setName(exchange.label());
    ShuffledRDD<BlockTag, byte[], byte[]> shuffled =
        counts != null
            ? new DealtRdd(map, exchange.numPartitions(), counts)
            : new ShuffledRDD<BlockTag, byte[], byte[]>(
                map,
                new BlockTag.ToTarget(exchange.numPartitions()),
                ClassTag$.MODULE$.apply(BlockTag.class),
                ClassTag$.MODULE$.apply(byte[].class),
                ClassTag$.MODULE$.apply(byte[].class));
    shuffled.setKeyOrdering(new BlockTag.InOrder()).setSerializer(new BlockSerializer());
    shuffled.setName(exchange.label());
    return shuffled;
  }

  /** A stage with all that its RDD is made of. */
  private final class Parts {

    private final StageBuilder stage;
    private final List<@Nullable RDD<?>> leaves = new ArrayList<>();

    /** By leaf, then by partition of the stage: the leaf's partitions that are read. */
    private final List<Map<Integer, List<Integer>>> reads = new ArrayList<>();

    private final int numPartitions;

    Parts(PlanNode<?> end, StageBuilder stage) {
      this.stage = stage;
      this.numPartitions = end.numPartitions();
      for (StageBuilder.Leaf leaf : stage.leaves()) {
        leaves.add(leaf.isKept() ? kept(leaf.node()) : origin(leaf.node()));
        reads.add(new HashMap<>());
      }
      for (int i = 0; i < numPartitions; i++) {
        int partition = i;
        stage.reads(i).forEach((leaf, read) -> reads.get(leaf).put(partition, List.copyOf(read)));
      }
    }

    StageWork work(PlanNode<?> end) {
      List<StageSource.LeafRdd> sources = new ArrayList<>();
      leaves.forEach(rdd -> sources.add(new StageSource.LeafRdd(rdd)));
      return new StageWork(
          stage.description(), new StageSource(sources), bounds, StageRuntime.operations(end));
    }

    List<LeafDependency> dependencies() {
      List<LeafDependency> dependencies = new ArrayList<>();
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        RDD<?> rdd = leaves.get(leaf);
        if (rdd != null) {
          dependencies.add(new LeafDependency(rdd, reads.get(leaf)));
        }
      }
      return dependencies;
    }

    StagePartition[] splits() {
      StagePartition[] splits = new StagePartition[numPartitions];
      for (int i = 0; i < numPartitions; i++) {
        splits[i] = new StagePartition(i, new HashMap<>(), new HashMap<>());
      }
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        RDD<?> rdd = leaves.get(leaf);
        int number = leaf;
        reads
            .get(leaf)
            .forEach(
                (i, read) -> {
                  if (rdd == null) {
                    Map<Integer, Shipment> records = new HashMap<>();
                    read.forEach(
                        each ->
                            records.put(each, shipment(stage.leaves().get(number).node(), each)));
                    splits[i].records().put(number, records);
                  } else {
                    Map<Integer, Partition> parents = new HashMap<>();
                    read.forEach(each -> parents.put(each, rdd.partitions()[each]));
                    splits[i].parents().put(number, parents);
                  }
                });
      }
      return splits;
    }
  }

  private Shipment shipment(PlanNode<?> node, int partition) {
    Map<Integer, Shipment> ofNode;
    synchronized (this) {
      ofNode = shipments.computeIfAbsent(node, key -> new HashMap<>());
    }
    synchronized (ofNode) {
      return ofNode.computeIfAbsent(
          partition, key -> Shipment.of(read(source(node), partition), spark));
    }
  }

  private static RecordSource<?> source(PlanNode<?> node) {
    return node instanceof SourceNode<?> source
        ? source.source()
        : ((BlockSetNode<?>) node).blocks();
  }

  private Carried read(RecordSource<?> source, int partition) {
    try (RunningTask task =
        ExecutorRuntime.get(bounds)
            .begin(new StageRuntime.Attempt(partition, 0, 0, 0, () -> false))) {
      try (RecordReader<?> reader = source.open(partition, task.context())) {
        return Carried.encoded(new ReaderIterator(reader));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(
          "partition " + partition + " of " + source.description() + " can't be read: " + e, e);
    }
  }
}
