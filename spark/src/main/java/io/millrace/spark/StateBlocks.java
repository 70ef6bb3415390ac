package io.millrace.spark;

import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerMaster;
import org.apache.spark.storage.StreamBlockId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * The blocks that the steps of a state have emitted and somebody on the driver can still read. All
 * others of the state are strays: of attempts that Spark did not accept, or on an executor that was
 * out of reach when they were to be removed. Used by the thread that steps.
 */
final class StateBlocks {

  private static final Logger LOG = LoggerFactory.getLogger(StateBlocks.class);

  /** How many steps pass between two looks for strays, which ask the driver's own books alone. */
  private static final int STEPS_BETWEEN_LOOKS = 8;

  private final SparkContext spark;
  private final int stream;
  private final List<WeakReference<EmittedBlocks>> readable = new ArrayList<>();
  private int numSteps;

  /**
   * @param stream Spark's number for the blocks of the state
   */
  StateBlocks(SparkContext spark, int stream) {
    this.spark = spark;
    this.stream = stream;
  }

  void add(EmittedBlocks emitted) {
    readable.add(new WeakReference<>(emitted));
  }

  /** To be called before each step, while no task of the state is wanted. */
  void beginStep() {
    if (++numSteps % STEPS_BETWEEN_LOOKS == 0) {
      removeStrays();
    }
  }

  private void removeStrays() {
    BlockManagerMaster master = spark.env().blockManager().master();
    Set<BlockId> wanted = new HashSet<>();
    readable.removeIf(reference -> reference.get() == null);
    for (WeakReference<EmittedBlocks> reference : readable) {
      EmittedBlocks blocks = reference.get();
      if (blocks != null) {
        wanted.addAll(blocks.blocks());
      }
    }
    for (BlockId block : known(master)) {
      if (!wanted.contains(block)) {
        master.removeBlock(block);
      }
    }
  }

  /**
   * What the driver's books have of the state; nothing if they have just changed, which Spark,
   * since it reads them without a lock, sometimes tells by a failure. The next look comes.
   */
  private Collection<BlockId> known(BlockManagerMaster master) {
    try {
      return CollectionConverters.asJava(master.getMatchingBlockIds(new OfStream(stream), false));
    } catch (Exception e) {
      if (e instanceof SparkException && e.getCause() instanceof ConcurrentModificationException) {
        LOG.debug("the blocks of state {} can't be looked at now", stream, e);
        return List.of();
      }
      throw e;
    }
  }

  /** Sent to the driver's own endpoint. */
  private static final class OfStream extends AbstractFunction1<BlockId, Object>
      implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int stream;

    OfStream(int stream) {
      this.stream = stream;
    }

    @Override
    public Object apply(BlockId id) {
      return id instanceof StreamBlockId block && block.streamId() == stream;
    }
  }
}
