package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Keeper;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that are kept in memory, up to a bound in (estimated) bytes. When a new block does not
 * fit, the blocks least recently used go, but never those of the node that is being kept: a dataset
 * larger than the bound would only chase itself out. What was evicted is computed again when
 * needed. A block for which even that makes no room is not kept, and nothing goes for its sake.
 *
 * <p>A node that nobody can reach any more takes its blocks with it. Safe for concurrent use.
 */
final class BlockStore {

  private static final Cleaner CLEANER = Cleaner.create();

  /** Records of a partition on its way in before its size is looked at; then at each doubling. */
  private static final int FIRST_LOOK = 1024;

  /** One kept partition. */
  static final class Block {
    private final Rows rows;
    private final long bytes;
    private long lastUse;

    Block(Rows rows) {
      this.rows = rows;
      this.bytes = SizeEstimate.ofElements(rows.elements(), rows.size());
    }

    RecordReader<?> reader() {
      return new ArrayReader(rows.elements(), rows.size());
    }
  }

  /** What is kept of one node. */
  private static final class NodeBlocks {
    final @Nullable Block[] blocks;
    final Cleaner.Cleanable cleanable;
    long bytes;

    NodeBlocks(int numPartitions, Cleaner.Cleanable cleanable) {
      this.blocks = new @Nullable Block[numPartitions];
      this.cleanable = cleanable;
    }

    void remove(int partition, Block block) {
      blocks[partition] = null;
      bytes -= block.bytes;
    }
  }

  private final long maxBytes;
  private final Consumer<Object> firstRecord;
  private final Map<Long, NodeBlocks> nodes = new HashMap<>();
  private boolean closed;
  private long usedBytes;
  private long uses;

  /**
   * @param maxBytes what all blocks may take together; 0 keeps nothing
   * @param firstRecord is shown the first record of each block that is kept
   */
  BlockStore(long maxBytes, Consumer<Object> firstRecord) {
    this.maxBytes = maxBytes;
    this.firstRecord = firstRecord;
  }

  boolean keepsAnything() {
    return maxBytes > 0;
  }

  /** The blocks of a node that are kept now, by partition, null where none is. */
  synchronized @Nullable Block[] blocks(PlanNode<?> node) {
    NodeBlocks kept = nodes.get(node.id());
    if (kept == null) {
      return new @Nullable Block[node.numPartitions()];
    }
    for (Block block : kept.blocks) {
      if (block != null) {
        block.lastUse = ++uses;
      }
    }
    return kept.blocks.clone();
  }

  /** One partition, if it is kept now. */
  synchronized @Nullable Block block(PlanNode<?> node, int partition) {
    NodeBlocks kept = nodes.get(node.id());
    Block block = kept == null ? null : kept.blocks[partition];
    if (block != null) {
      block.lastUse = ++uses;
    }
    return block;
  }

  /** Keeps one partition of a node as it is computed. */
  Keeper keeper(PlanNode<?> node, int partition) {
    return new BlockKeeper(node, partition);
  }

  private final class BlockKeeper implements Keeper {

    private final PlanNode<?> node;
    private final int partition;

    /** Null once there are too many. */
    private @Nullable Rows rows = new Rows();

    private int nextLook;

    BlockKeeper(PlanNode<?> node, int partition) {
      this.node = node;
      this.partition = partition;
    }

    @Override
    public void keep(Object record) {
      Rows kept = rows;
      if (kept == null) {
        return;
      }
      if (kept.size() == nextLook) {
        look(record, kept);
      }
      kept.add(record);
    }

    private void look(Object next, Rows kept) {
      if (nextLook == 0) {
        firstRecord.accept(next);
        nextLook = FIRST_LOOK;
      } else if (SizeEstimate.ofElements(kept.elements(), kept.size()) > maxBytes) {
        rows = null;
      } else {
        nextLook *= 2;
      }
    }

    @Override
    public void complete() {
      if (rows != null) {
        put(node, partition, new Block(rows));
      }
    }
  }

  private synchronized void put(PlanNode<?> node, int partition, Block block) {
    if (closed || node.storage() == null) {
      return;
    }
    NodeBlocks kept = nodes.get(node.id());
    boolean isKept = kept != null && kept.blocks[partition] != null;
    if (isKept || !makeRoom(block.bytes, node.id(), kept == null ? 0 : kept.bytes)) {
      return;
    }
    if (kept == null) {
      long id = node.id();
      kept = new NodeBlocks(node.numPartitions(), CLEANER.register(node, () -> dropById(id)));
      nodes.put(id, kept);
    }
    block.lastUse = ++uses;
    kept.blocks[partition] = block;
    kept.bytes += block.bytes;
    usedBytes += block.bytes;
  }

  /** Evicts until there is room for {@code bytes} more of a node, if there can be. */
  private boolean makeRoom(long bytes, long nodeId, long bytesOfNode) {
    if (bytesOfNode + bytes > maxBytes) {
      return false;
    }
    while (usedBytes + bytes > maxBytes) {
      evictOldest(nodeId);
    }
    return true;
  }

  private void evictOldest(long exceptNode) {
    NodeBlocks from = null;
    Block oldest = null;
    int partition = -1;
    for (Map.Entry<Long, NodeBlocks> entry : nodes.entrySet()) {
      if (entry.getKey() == exceptNode) {
        continue;
      }
      @Nullable Block[] blocks = entry.getValue().blocks;
      for (int i = 0; i < blocks.length; i++) {
        Block block = blocks[i];
        if (block != null && (oldest == null || block.lastUse < oldest.lastUse)) {
          oldest = block;
          from = entry.getValue();
          partition = i;
        }
      }
    }
    if (from == null || oldest == null) {
      throw new IllegalStateException("no block to evict, but " + usedBytes + " bytes in use");
    }
    from.remove(partition, oldest);
    usedBytes -= oldest.bytes;
  }

  void drop(PlanNode<?> node) {
    dropById(node.id());
  }

  private synchronized void dropById(long nodeId) {
    NodeBlocks kept = nodes.remove(nodeId);
    if (kept != null) {
      usedBytes -= kept.bytes;
      kept.cleanable.clean(); // which comes back here, and finds nothing
    }
  }

  synchronized int numKept(PlanNode<?> node) {
    NodeBlocks kept = nodes.get(node.id());
    int count = 0;
    if (kept != null) {
      for (Block block : kept.blocks) {
        count += block == null ? 0 : 1;
      }
    }
    return count;
  }

  synchronized long usedBytes() {
    return usedBytes;
  }

  /** Drops everything and keeps nothing from now on. */
  synchronized void close() {
    closed = true;
    List.copyOf(nodes.keySet()).forEach(this::dropById);
  }
}
