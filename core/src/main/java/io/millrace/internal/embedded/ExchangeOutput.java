package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks before an exchange produced, by map partition and target partition. References are
 * passed, nothing is serialized. A map task's blocks are adopted whole, once, when it has
 * succeeded; all of them before the first is read, on threads that were started or woken since.
 *
 * <p>Merging may change combined values that the map tasks made (an aggregate's accumulators), so
 * it is done once for each target, by the first who reads it; who reads the target again, such as
 * the other side of a self-join, gets what was merged. If merging failed midway, the target can't
 * be read any more.
 */
final class ExchangeOutput {

  private static final int CHUNK = 256;

  private final ExchangeNode<?> exchange;
  private final boolean combined;

  /** By map partition, then by target: a KeyedBlock if combined, else Rows. */
  private final @Nullable Object[][] blocks;

  /** By target, if there is something to be done before records can be read. */
  private final Target @Nullable [] targets;

  ExchangeOutput(ExchangeNode<?> exchange) {
    this.exchange = exchange;
    Combiner combiner = exchange.combiner();
    this.combined = combiner != null && combiner.isMapSide();
    this.blocks = new Object[exchange.parent().numPartitions()][];
    this.targets =
        combiner == null && exchange.keyOrdering() == null
            ? null
            : new Target[exchange.numPartitions()];
    if (targets != null) {
      Arrays.setAll(targets, Target::new);
    }
  }

  /** Computes the blocks of one map partition. */
  Object[] write(Pipeline records, int mapPartition, Consumer<Object> firstRecord)
      throws Exception {
    Routing routing = exchange.routing();
    Combiner combiner = exchange.combiner();
    Placement placement = routing instanceof Routing.ByKey byKey ? byKey.placement() : null;
    if (combined && combiner != null && placement != null) {
      return records.combine(combiner, placement, firstRecord);
    }
    Rows[] rows = new Rows[routing.numPartitions()];
    Arrays.setAll(rows, i -> new Rows());
    records.scatter(placement, mapPartition % rows.length, rows, firstRecord);
    return rows;
  }

  /** Takes the blocks of a map partition; different ones may be adopted at the same time. */
  void adopt(int mapPartition, Object[] written) {
    blocks[mapPartition] = written;
  }

  /**
   * Opens target partition {@code target}, or returns null if merging it failed before. All map
   * partitions have been adopted. Safe for concurrent use.
   */
  @Nullable RecordReader<?> read(int target, Pipeline.Poll poll) throws Exception {
    return targets == null ? new RowsReader(target) : targets[target].open(poll);
  }

  /** One partition on the far side. */
  private final class Target {

    private final int number;
    private boolean begun;
    private Joining.@Nullable Opening merged;

    Target(int number) {
      this.number = number;
    }

    synchronized @Nullable RecordReader<?> open(Pipeline.Poll poll) throws Exception {
      if (!begun) {
        begun = true;
        merged = merge(poll);
        for (Object[] written : blocks) {
          written[number] = null;
        }
      }
      return merged == null ? null : merged.open();
    }

    private Joining.Opening merge(Pipeline.Poll poll) throws Exception {
      Combiner combiner = exchange.combiner();
      Comparator<?> ordering = exchange.keyOrdering();
      Joining.Opening records =
          combiner == null ? () -> new RowsReader(number) : combine(combiner, poll);
      return ordering == null ? records : sorted(records.open(), ordering, poll);
    }

    private Joining.Opening combine(Combiner combiner, Pipeline.Poll poll) throws Exception {
      KeyedBlock block =
          combined
              ? Pipeline.merge(combiner, keyedBlocks())
              : new Pipeline(new RowsReader(number), List.of(), poll)
                  .combine(combiner, OnePartition.PLACEMENT, record -> {})[0];
      return () -> Pipeline.read(block);
    }

    private List<KeyedBlock> keyedBlocks() {
      List<KeyedBlock> keyed = new ArrayList<>(blocks.length);
      for (Object[] written : blocks) {
        KeyedBlock block = (KeyedBlock) written[number];
        if (block.size() > 0) {
          keyed.add(block);
        }
      }
      return keyed;
    }
  }

  @SuppressWarnings("unchecked")
  private static Joining.Opening sorted(
      RecordReader<?> records, Comparator<?> keyOrdering, Pipeline.Poll poll) throws Exception {
    Comparator<Object> ordering = (Comparator<Object>) keyOrdering;
    Rows rows = new Rows();
    Object[] chunk = new Object[CHUNK];
    for (int n = records.read(chunk, CHUNK); n >= 0; n = records.read(chunk, CHUNK)) {
      for (int i = 0; i < n; i++) {
        rows.add(chunk[i]);
      }
      poll.poll();
    }
    Object[] elements = rows.elements();
    Arrays.sort(
        elements,
        0,
        rows.size(),
        (a, b) -> ordering.compare(((Tuple2<?, ?>) a)._1(), ((Tuple2<?, ?>) b)._1()));
    return () -> new ArrayReader(elements, rows.size());
  }

  /** The rows of all map partitions for one target, in order of the map partitions. */
  private final class RowsReader implements RecordReader<Object> {
    private final int target;
    private int mapPartition;
    private int position;

    RowsReader(int target) {
      this.target = target;
    }

    @Override
    public int read(Object[] into, int max) {
      while (mapPartition < blocks.length) {
        Rows rows = (Rows) blocks[mapPartition][target];
        int count = Math.min(max, rows.size() - position);
        if (count > 0) {
          System.arraycopy(rows.elements(), position, into, 0, count);
          position += count;
          return count;
        }
        mapPartition++;
        position = 0;
      }
      return -1;
    }
  }
}
