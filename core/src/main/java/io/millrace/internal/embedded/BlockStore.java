package io.millrace.internal.embedded;

import io.millrace.LocalStorageException;
import io.millrace.NotSerializableRecordException;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.PlanNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.StorageMark;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions that are kept, in memory up to a bound in (estimated) bytes, and on disk. When a new
 * block does not fit into memory, the blocks least recently used leave it, but never those of the
 * node that is being kept: a dataset larger than the bound would only chase itself out. A block
 * that may be on disk goes there, any other is gone, to be computed again when needed. A block for
 * which even that makes no room goes to the disk at once if it may, or is not kept; as far as that
 * is known before it is complete, nothing goes for its sake.
 *
 * <p>Pinned blocks can't be computed again. They are never dropped for others: memory first, then
 * disk; if the disk does not take one it stays in memory, beyond the bound.
 *
 * <p>Blocks of a node that is no longer reachable are dropped with the next call, found by a
 * reference queue of this store: a {@code Cleaner} has a thread that would keep the class loader of
 * the library alive. Safe for concurrent use; blocks that leave memory for the disk do so under the
 * lock, so that the bound holds meanwhile.
 */
final class BlockStore {

  private static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);

  private static final StorageMark PINNED = new StorageMark(true, true, false);

  /** One kept partition; where its records are may change while others hold the block. */
  static final class Block {

    private volatile KeptRecords records;
    private final StorageMark mark;
    private final boolean isPinned;
    private long lastUse;

    /** Jobs that rely on the block, even if it is dropped meanwhile. */
    private int holders;

    private boolean isDropped;

    /** Whether the disk has refused it. */
    private boolean isStuck;

    private volatile boolean isLost;

    Block(KeptRecords records, StorageMark mark, boolean isPinned) {
      this.records = records;
      this.mark = mark;
      this.isPinned = isPinned;
    }

    RecordReader<?> reader() throws Exception {
      return records.open();
    }

    /** Whether reading could find that the records are no longer there. */
    boolean isOnDisk() {
      return records instanceof KeptRecords.OnDisk;
    }

    /** Whether reading has found out. */
    boolean isLost() {
      return isLost;
    }

    boolean isPinned() {
      return isPinned;
    }
  }

  /** What is kept of one node. */
  private static final class NodeBlocks {
    final @Nullable Block[] blocks;
    final NodeReference reference;
    long memoryBytes;

    NodeBlocks(int numPartitions, NodeReference reference) {
      this.blocks = new @Nullable Block[numPartitions];
      this.reference = reference;
    }
  }

  /** Enqueued when its node has become unreachable. */
  private static final class NodeReference extends PhantomReference<PlanNode<?>> {
    final long nodeId;

    NodeReference(PlanNode<?> node, ReferenceQueue<PlanNode<?>> queue) {
      super(node, queue);
      this.nodeId = node.id();
    }
  }

  private final long maxBytes;
  private final SpillSpace space;
  private final Consumer<Object> firstRecord;
  private final Map<Long, NodeBlocks> nodes = new HashMap<>();
  private final ReferenceQueue<PlanNode<?>> unreachable = new ReferenceQueue<>();
  private boolean closed;
  private long usedBytes;

  /** For partitions that are being gathered, beside what is used. */
  private long reservedBytes;

  private long uses;

  /**
   * @param maxBytes what all blocks may take in memory together; with 0 none is in memory
   * @param space where blocks go that memory has no room for
   * @param firstRecord is shown the first record of each block that is kept
   */
  BlockStore(long maxBytes, SpillSpace space, Consumer<Object> firstRecord) {
    this.maxBytes = maxBytes;
    this.space = space;
    this.firstRecord = firstRecord;
  }

  /** Whether blocks with this mark may be kept at all. */
  boolean keeps(@Nullable StorageMark mark) {
    return mark != null && (mark.disk() || maxBytes > 0);
  }

  long maxBytes() {
    return maxBytes;
  }

  SpillSpace space() {
    return space;
  }

  void checkFirst(Object record) {
    firstRecord.accept(record);
  }

  /**
   * The blocks of a node that are kept now, by partition, null where none is. They can be read
   * until they are {@linkplain #release released}.
   */
  synchronized @Nullable Block[] hold(PlanNode<?> node) {
    dropUnreachable();
    NodeBlocks kept = nodes.get(node.id());
    if (kept == null) {
      return new @Nullable Block[node.numPartitions()];
    }
    for (Block block : kept.blocks) {
      if (block != null) {
        block.lastUse = ++uses;
        block.holders++;
      }
    }
    return kept.blocks.clone();
  }

  /** Gives back what {@link #hold} returned. */
  synchronized void release(@Nullable Block[] held) {
    for (Block block : held) {
      if (block != null) {
        block.holders--;
        closeIfUnused(block);
      }
    }
  }

  private static void closeIfUnused(Block block) {
    if (block.isDropped && block.holders == 0) {
      block.records.close();
    }
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

  /**
   * Makes room for bytes of a partition that is being gathered, as {@link #put} does for one that
   * is complete, lest several large ones fill the heap before the first is done.
   *
   * @return false if there can be no room; nothing is taken then
   */
  synchronized boolean reserve(PlanNode<?> node, long bytes) {
    dropUnreachable();
    NodeBlocks kept = nodes.get(node.id());
    boolean hasRoom = makeRoom(bytes, node.id(), kept == null ? 0 : kept.memoryBytes);
    reservedBytes += hasRoom ? bytes : 0;
    return hasRoom;
  }

  /** Gives back what was reserved. */
  synchronized void release(long bytes) {
    reservedBytes -= bytes;
  }

  /** Keeps one partition of a node as it is computed. */
  BlockKeeper keeper(PlanNode<?> node, int partition, StorageMark mark) {
    return new BlockKeeper(this, node, partition, mark);
  }

  /**
   * Takes the records of a partition, unless they are kept already or there is no room.
   *
   * @return whether they are the store's now; otherwise the caller closes them
   */
  synchronized boolean put(PlanNode<?> node, int partition, KeptRecords records, StorageMark mark) {
    dropUnreachable();
    NodeBlocks kept = nodes.get(node.id());
    boolean isKept = kept != null && kept.blocks[partition] != null;
    if (closed || node.storage() == null || isKept) {
      return false;
    }
    Block block = new Block(records, mark, false);
    return fit(block, node.id(), kept == null ? 0 : kept.memoryBytes)
        && insert(node, partition, block);
  }

  /** Keeps all partitions of a node until it is dropped, whatever happens. */
  synchronized Block[] pin(PlanNode<?> node, List<? extends List<?>> partitions) {
    dropUnreachable();
    if (closed) {
      throw new IllegalStateException(node + ": the engine is closed");
    }
    Block[] blocks = new Block[partitions.size()];
    for (int i = 0; i < blocks.length; i++) {
      Rows rows = new Rows();
      partitions.get(i).forEach(rows::add);
      blocks[i] = new Block(new KeptRecords.InMemory(rows), PINNED, true);
      NodeBlocks kept = nodes.get(node.id());
      fit(blocks[i], node.id(), kept == null ? 0 : kept.memoryBytes);
      insert(node, i, blocks[i]);
    }
    return blocks;
  }

  private boolean insert(PlanNode<?> node, int partition, Block block) {
    NodeBlocks kept = nodes.get(node.id());
    if (kept == null) {
      long id = node.id();
      kept = new NodeBlocks(node.numPartitions(), new NodeReference(node, unreachable));
      nodes.put(id, kept);
    }
    block.lastUse = ++uses;
    kept.blocks[partition] = block;
    kept.memoryBytes += block.records.memoryBytes();
    usedBytes += block.records.memoryBytes();
    return true;
  }

  /** Makes room for a new block of a node, or moves the block to the disk. */
  private boolean fit(Block block, long nodeId, long bytesOfNode) {
    return makeRoom(block.records.memoryBytes(), nodeId, bytesOfNode) || moveToDisk(block);
  }

  /** Evicts until there is room for {@code bytes} more of a node, if there can be. */
  private boolean makeRoom(long bytes, long nodeId, long bytesOfNode) {
    if (bytes == 0) {
      return true;
    } else if (bytesOfNode + reservedBytes + bytes > maxBytes) {
      return false;
    }
    while (usedBytes + reservedBytes + bytes > maxBytes) {
      if (!evictOldest(nodeId)) {
        return false;
      }
    }
    return true;
  }

  private boolean evictOldest(long exceptNode) {
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
        if (block != null
            && block.records.memoryBytes() > 0
            && !block.isStuck
            && (oldest == null || block.lastUse < oldest.lastUse)) {
          oldest = block;
          from = entry.getValue();
          partition = i;
        }
      }
    }
    if (from == null || oldest == null) {
      return false;
    }
    evict(oldest, from, partition);
    return true;
  }

  private void evict(Block block, NodeBlocks from, int partition) {
    long bytes = block.records.memoryBytes();
    if (!moveToDisk(block)) {
      if (block.isPinned) {
        return;
      }
      from.blocks[partition] = null;
    }
    from.memoryBytes -= bytes;
    usedBytes -= bytes;
  }

  private boolean moveToDisk(Block block) {
    if (!block.mark.disk()) {
      return false;
    }
    try {
      block.records = block.records.toDisk(space);
      return true;
    } catch (LocalStorageException | NotSerializableRecordException e) {
      block.isStuck = true;
      LOG.warn(
          "a block {}: {}",
          block.isPinned ? "stays in memory" : "is not kept, but will be computed again",
          e.getMessage());
      return false;
    }
  }

  /** Forgets a block that can't be read any more. */
  synchronized void lose(PlanNode<?> node, int partition, Block block) {
    block.isLost = true;
    NodeBlocks kept = nodes.get(node.id());
    if (kept != null && block.equals(kept.blocks[partition])) {
      kept.blocks[partition] = null;
      remove(block, kept);
    }
  }

  private void dropUnreachable() {
    for (Reference<?> found = unreachable.poll(); found != null; found = unreachable.poll()) {
      dropById(((NodeReference) found).nodeId);
    }
  }

  void drop(PlanNode<?> node) {
    dropById(node.id());
  }

  private synchronized void dropById(long nodeId) {
    NodeBlocks kept = nodes.remove(nodeId);
    if (kept != null) {
      for (Block block : kept.blocks) {
        if (block != null) {
          remove(block, kept);
        }
      }
      kept.reference.clear();
    }
  }

  private void remove(Block block, NodeBlocks from) {
    from.memoryBytes -= block.records.memoryBytes();
    usedBytes -= block.records.memoryBytes();
    block.isDropped = true;
    if (block.isPinned) {
      // Its node, which users may hold for long, refers to it.
      block.records.close();
      block.records = KeptRecords.NONE;
    }
    closeIfUnused(block);
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

  /** In memory. */
  synchronized long usedBytes() {
    dropUnreachable();
    return usedBytes;
  }

  /** Drops everything and keeps nothing from now on. */
  synchronized void close() {
    closed = true;
    List.copyOf(nodes.keySet()).forEach(this::dropById);
  }
}
