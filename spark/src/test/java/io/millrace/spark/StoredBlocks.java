package io.millrace.spark;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerMaster;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What Spark's block manager has of datasets and states, as the driver knows it. */
final class StoredBlocks {

  private StoredBlocks() {}

  static SparkContext spark() {
    return SparkContext$.MODULE$.getActive().get();
  }

  private static BlockManagerMaster master() {
    return spark().env().blockManager().master();
  }

  /** Those of records that states have emitted. */
  static List<BlockId> ofStates() {
    return all().stream().filter(block -> block.name().startsWith("input-")).toList();
  }

  /** Those of datasets that are kept. */
  static List<BlockId> ofDatasets() {
    return all().stream().filter(BlockId::isRDD).toList();
  }

  static List<BlockId> ofBroadcasts() {
    return all().stream().filter(BlockId::isBroadcast).toList();
  }

  private static List<BlockId> all() {
    return CollectionConverters.asJava(master().getMatchingBlockIds(new Any(), true)).stream()
        .distinct()
        .toList();
  }

  /** Sent to executors. */
  private static final class Any extends AbstractFunction1<BlockId, Object>
      implements Serializable {

    private static final long serialVersionUID = 1L;

    @Override
    public Object apply(BlockId block) {
      return true;
    }
  }

  /** Takes a block away, of which whoever wants to read it then learns. */
  static void lose(BlockId block) {
    master().removeBlock(block);
    await("the loss of " + block, () -> !all().contains(block));
  }

  /** Waits for what Spark does in the background. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(what + " has not come within 60 s; there are " + all());
      }
      Thread.onSpinWait();
    }
  }
}
