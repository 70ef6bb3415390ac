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

/**
 * What the tasks before an exchange produced, by map partition and target partition. References are
 * passed, nothing is serialized. A map task's blocks are adopted whole, once, when it has
 * succeeded.
 */
final class ExchangeOutput {

  private final ExchangeNode<?> exchange;
  private final boolean combined;

  /** By map partition, then by target: a KeyedBlock if combined, else Rows. */
  private final Object[][] blocks;

  ExchangeOutput(ExchangeNode<?> exchange) {
    this.exchange = exchange;
    Combiner combiner = exchange.combiner();
    this.combined = combiner != null && combiner.isMapSide();
    this.blocks = new Object[exchange.parent().numPartitions()][];
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
    Rows[] targets = new Rows[routing.numPartitions()];
    Arrays.setAll(targets, i -> new Rows());
    records.scatter(placement, mapPartition % targets.length, targets, firstRecord);
    return targets;
  }

  /** Makes the blocks of a map partition visible to readers. */
  void adopt(int mapPartition, Object[] written) {
    synchronized (blocks) {
      blocks[mapPartition] = written;
    }
  }

  /** Opens target partition {@code target}. All map partitions have been adopted. */
  RecordReader<?> read(int target) throws Exception {
    Combiner combiner = exchange.combiner();
    RecordReader<?> records;
    if (combined && combiner != null) {
      List<KeyedBlock> parts = new ArrayList<>(blocks.length);
      for (Object[] written : blocks) {
        KeyedBlock block = (KeyedBlock) written[target];
        if (block.size() > 0) {
          parts.add(block);
        }
      }
      records = parts.isEmpty() ? empty() : Pipeline.merge(combiner, parts);
    } else {
      records = new RowsReader(target);
      if (combiner != null) {
        records =
            Pipeline.read(
                new Pipeline(records, List.of(), () -> {})
                    .combine(combiner, OnePartition.PLACEMENT, record -> {})[0]);
      }
    }
    Comparator<?> ordering = exchange.keyOrdering();
    return ordering == null ? records : sorted(records, ordering);
  }

  private static RecordReader<?> empty() {
    return new ArrayReader(new Object[0], 0);
  }

  @SuppressWarnings("unchecked")
  private static RecordReader<?> sorted(RecordReader<?> records, Comparator<?> keyOrdering)
      throws Exception {
    Comparator<Object> ordering = (Comparator<Object>) keyOrdering;
    Rows rows = new Rows();
    Object[] chunk = new Object[256];
    for (int n = records.read(chunk, 256); n >= 0; n = records.read(chunk, 256)) {
      for (int i = 0; i < n; i++) {
        rows.add(chunk[i]);
      }
    }
    Object[] elements = rows.elements();
    Arrays.sort(
        elements,
        0,
        rows.size(),
        (a, b) -> ordering.compare(((Tuple2<?, ?>) a)._1(), ((Tuple2<?, ?>) b)._1()));
    return new ArrayReader(elements, rows.size());
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
