package io.millrace.spark;

import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerMaster;
import org.apache.spark.storage.StreamBlockId;
import scala.runtime.AbstractFunction1;

/**
 * The blocks that the steps of a state have emitted and somebody on the driver can still read. All
 * others of the state are strays: of attempts that Spark did not accept, or on an executor that was
 * out of reach when they were to be removed. Used by the thread that steps.
 */
final class StateBlocks {

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
    scala.collection.Iterator<BlockId> known =
        master.getMatchingBlockIds(new OfStream(stream), false).iterator();
    while (known.hasNext()) {
      BlockId block = known.next();
      if (!wanted.contains(block)) {
        master.removeBlock(block);
      }
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
