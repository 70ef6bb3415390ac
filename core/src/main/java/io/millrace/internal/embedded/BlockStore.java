package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Keeper;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that are kept in memory, up to a bound in (estimated) bytes. When a new block does not
 * fit, the blocks least recently used go, but never those of the node that is being kept: a dataset
 * larger than the bound would only chase itself out. What was evicted is computed again when
 * needed.
 *
 * <p>A node that nobody can reach any more takes its blocks with it. Safe for concurrent use.
 */
final class BlockStore {

  private static final Cleaner CLEANER = Cleaner.create();

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

  private final long maxBytes;
  private final Consumer<Object> firstRecord;
  private final Map<Long, @Nullable Block[]> blocksByNode = new HashMap<>();
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

  /** The blocks of a node that are kept now, by partition, null where none is. */
  synchronized @Nullable Block[] blocks(PlanNode<?> node) {
    @Nullable Block[] blocks = blocksByNode.get(node.id());
    if (blocks == null) {
      return new @Nullable Block[node.numPartitions()];
    }
    for (Block block : blocks) {
      if (block != null) {
        block.lastUse = ++uses;
      }
    }
    return blocks.clone();
  }

  /** Keeps one partition of a node as it is computed. */
  Keeper keeper(PlanNode<?> node, int partition) {
    return new Keeper() {
      private final Rows rows = new Rows();

      @Override
      public void keep(Object record) {
        if (rows.size() == 0) {
          firstRecord.accept(record);
        }
        rows.add(record);
      }

      @Override
      public void complete() {
        put(node, partition, new Block(rows));
      }
    };
  }

  private synchronized void put(PlanNode<?> node, int partition, Block block) {
    if (node.storage() == null || !makeRoom(node.id(), block.bytes)) {
      return;
    }
    @Nullable Block[] blocks = blocksByNode.get(node.id());
    if (blocks == null) {
      blocks = new @Nullable Block[node.numPartitions()];
      blocksByNode.put(node.id(), blocks);
      long id = node.id();
      CLEANER.register(node, () -> drop(id));
    }
    if (blocks[partition] == null) {
      block.lastUse = ++uses;
      blocks[partition] = block;
      usedBytes += block.bytes;
    }
  }

  private boolean makeRoom(long nodeId, long bytes) {
    while (usedBytes + bytes > maxBytes) {
      if (!evictOldest(nodeId)) {
        return false;
      }
    }
    return true;
  }

  private boolean evictOldest(long exceptNode) {
    @Nullable Block[] from = null;
    int partition = -1;
    long oldest = Long.MAX_VALUE;
    for (Map.Entry<Long, @Nullable Block[]> entry : blocksByNode.entrySet()) {
      if (entry.getKey() == exceptNode) {
        continue;
      }
      for (int i = 0; i < entry.getValue().length; i++) {
        Block block = entry.getValue()[i];
        if (block != null && block.lastUse < oldest) {
          oldest = block.lastUse;
          from = entry.getValue();
          partition = i;
        }
      }
    }
    if (from == null) {
      return false;
    }
    Block evicted = from[partition];
    if (evicted != null) {
      usedBytes -= evicted.bytes;
    }
    from[partition] = null;
    return true;
  }

  void drop(PlanNode<?> node) {
    drop(node.id());
  }

  private synchronized void drop(long nodeId) {
    @Nullable Block[] blocks = blocksByNode.remove(nodeId);
    if (blocks != null) {
      for (Block block : blocks) {
        if (block != null) {
          usedBytes -= block.bytes;
        }
      }
    }
  }

  synchronized int numKept(PlanNode<?> node) {
    int kept = 0;
    @Nullable Block[] blocks = blocksByNode.get(node.id());
    if (blocks != null) {
      for (Block block : blocks) {
        kept += block == null ? 0 : 1;
      }
    }
    return kept;
  }

  synchronized long usedBytes() {
    return usedBytes;
  }

  synchronized void clear() {
    blocksByNode.clear();
    usedBytes = 0;
  }
}
