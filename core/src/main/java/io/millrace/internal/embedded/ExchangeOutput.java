package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.RecordReader;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks before an exchange produced, by map partition and target partition. While there is
 * memory references are passed and nothing is serialized; the rest is spilled by the map task. A
 * map task's output is adopted whole, once, when it has succeeded; all of them before the first is
 * read, on threads that were started or woken since.
 *
 * <p>Merging may change combined values that the map tasks made (an aggregate's accumulators), so
 * it is done once for each target, by the first who reads it; who reads the target again, such as
 * the other side of a self-join, gets what was merged. If merging failed midway, the target can't
 * be read any more.
 *
 * <p>Closing deletes what was spilled; nothing can be read then.
 */
final class ExchangeOutput implements AutoCloseable {

  private static final int CHUNK = 256;

  private final ExchangeNode<?> exchange;
  private final Spilling spilling;
  private final boolean combined;

  /** By map partition: what was written last, adopted or not, so that it can be closed. */
  private final AtomicReferenceArray<@Nullable MapOutput> written;

  /** By map partition. */
  private final @Nullable MapOutput[] outputs;

  /** Null unless records are dealt in turn; made when all outputs have been adopted. */
  private volatile @Nullable Dealing dealing;

  /** By target, if there is something to be done before records can be read. */
  private final Target @Nullable [] targets;

  ExchangeOutput(ExchangeNode<?> exchange, Spilling spilling) {
    this.exchange = exchange;
    this.spilling = spilling;
    Combiner combiner = exchange.combiner();
    this.combined = combiner != null && combiner.isMapSide();
    this.outputs = new @Nullable MapOutput[exchange.parent().numPartitions()];
    this.written = new AtomicReferenceArray<>(outputs.length);
    this.targets =
        combiner == null && exchange.keyOrdering() == null
            ? null
            : new Target[exchange.numPartitions()];
    if (targets != null) {
      Arrays.setAll(targets, Target::new);
    }
  }

  /** Computes the output of one map partition, and closes that of an attempt before. */
  MapOutput write(Pipeline records, int mapPartition, Consumer<Object> firstRecord)
      throws Exception {
    MapOutput output = begin(mapPartition);
    try {
      output.write(records, firstRecord);
      return output;
    } catch (Exception | Error e) {
      output.close();
      throw e;
    }
  }

  /** An empty output for one map partition; closes that of an attempt before. */
  MapOutput begin(int mapPartition) {
    MapOutput output = new MapOutput(exchange, spilling);
    own(mapPartition, output);
    return output;
  }

  /** Will close an output of a map partition that was written elsewhere. */
  void own(int mapPartition, MapOutput output) {
    MapOutput before = written.getAndSet(mapPartition, output);
    if (before != null) {
      before.close();
    }
  }

  /** Takes the output of a map partition; different ones may be adopted at the same time. */
  void adopt(int mapPartition, MapOutput output) {
    outputs[mapPartition] = output;
  }

  /**
   * Opens target partition {@code target}, or returns null if merging it failed before. All map
   * partitions have been adopted. Safe for concurrent use.
   */
  @Nullable RecordReader<?> read(int target, Pipeline.Poll poll) throws Exception {
    return targets == null ? records(target) : targets[target].open(poll);
  }

  /** Whether readers hold files open. */
  boolean isSpilled() {
    for (MapOutput output : outputs) {
      if (output != null && output.isSpilled()) {
        return true;
      }
    }
    return false;
  }

  /** All of them have been adopted. */
  private List<MapOutput> outputs() {
    List<MapOutput> all = new ArrayList<>(outputs.length);
    for (MapOutput output : outputs) {
      if (output == null) {
        throw new IllegalStateException(exchange + " is read before it was written");
      }
      all.add(output);
    }
    return all;
  }

  /** The rows of all map partitions for one target, in order of the map partitions. */
  private RecordReader<?> records(int target) {
    Bucket bucket = exchange.routing() instanceof Routing.RoundRobin ? dealt(target) : i -> target;
    return isSpilled() ? new PartsReader(outputs(), bucket) : new RowsReader(bucket);
  }

  private Bucket dealt(int target) {
    Dealing known = dealing;
    if (known == null) {
      long[] counts = outputs().stream().mapToLong(MapOutput::numRecords).toArray();
      known = new Dealing(counts, exchange.numPartitions());
      dealing = known;
    }
    Dealing made = known;
    return mapPartition -> made.bucket(mapPartition, target);
  }

  /** Which of the parts of a map partition's output belongs to a target. */
  @FunctionalInterface
  private interface Bucket {
    int of(int mapPartition);
  }

  @Override
  public void close() {
    for (int i = 0; i < outputs.length; i++) {
      MapOutput output = written.get(i);
      if (output != null) {
        output.close();
      }
    }
    if (targets != null) {
      for (Target target : targets) {
        target.close();
      }
    }
  }

  /** One partition on the far side. */
  private final class Target implements AutoCloseable {

    private final int number;
    private boolean begun;
    private @Nullable SpillScope scope;
    private Joining.@Nullable Opening merged;

    Target(int number) {
      this.number = number;
    }

    synchronized @Nullable RecordReader<?> open(Pipeline.Poll poll) throws Exception {
      if (!begun) {
        begun = true;
        try {
          merged = merge(poll);
        } finally {
          if (merged == null) {
            close();
          }
        }
        for (MapOutput output : outputs) {
          if (output != null) {
            output.forget(number);
          }
        }
      }
      return merged == null ? null : merged.open();
    }

    private Joining.Opening merge(Pipeline.Poll poll) throws Exception {
      Combiner combiner = exchange.combiner();
      Joining.Opening records =
          combiner == null ? () -> records(number) : combine(combiner, isSpilled(), poll);
      Comparator<?> ordering = exchange.keyOrdering();
      if (ordering == null) {
        return records;
      }
      try (RecordReader<?> unsorted = records.open()) {
        return isSpilled()
            ? ExternalSort.sort(unsorted, byKey(ordering), scope(), poll)
            : sorted(unsorted, byKey(ordering), poll);
      }
    }

    private Joining.Opening combine(Combiner combiner, boolean isSpilled, Pipeline.Poll poll)
        throws Exception {
      if (combined) {
        if (isSpilled) {
          return ExternalCombine.merge(combiner, number, outputs(), scope(), poll);
        }
        KeyedBlock block = Pipeline.merge(combiner, keyedBlocks());
        return () -> Pipeline.read(block);
      }
      ExternalCombine overflow =
          isSpilled ? new ExternalCombine(() -> Pipeline.newTable(combiner), scope(), poll) : null;
      try (RecordReader<?> records = records(number)) {
        KeyedBlock block =
            new Pipeline(records, List.of(), poll)
                .combine(combiner, OnePartition.PLACEMENT, record -> {}, overflow)[0];
        return overflow == null ? () -> Pipeline.read(block) : overflow.result(block);
      }
    }

    private List<KeyedBlock> keyedBlocks() {
      List<KeyedBlock> keyed = new ArrayList<>(outputs.length);
      for (MapOutput output : outputs) {
        KeyedBlock block = output == null ? null : output.block(number);
        if (block != null && block.size() > 0) {
          keyed.add(block);
        }
      }
      return keyed;
    }

    private SpillScope scope() {
      SpillScope made = scope;
      if (made == null) {
        made = new SpillScope(spilling);
        scope = made;
      }
      return made;
    }

    @Override
    public synchronized void close() {
      if (scope != null) {
        scope.close();
      }
    }
  }

  @SuppressWarnings("unchecked")
  static Comparator<Object> byKey(Comparator<?> keyOrdering) {
    Comparator<Object> ordering = (Comparator<Object>) keyOrdering;
    return (a, b) -> ordering.compare(((Tuple2<?, ?>) a)._1(), ((Tuple2<?, ?>) b)._1());
  }

  /** Of what is in memory already. */
  private static Joining.Opening sorted(
      RecordReader<?> records, Comparator<Object> order, Pipeline.Poll poll) throws Exception {
    Rows rows = new Rows();
    Object[] chunk = new Object[CHUNK];
    for (int n = records.read(chunk, CHUNK); n >= 0; n = records.read(chunk, CHUNK)) {
      for (int i = 0; i < n; i++) {
        rows.add(chunk[i]);
      }
      poll.poll();
    }
    Object[] elements = rows.elements();
    Arrays.sort(elements, 0, rows.size(), order);
    return () -> new ArrayReader(elements, rows.size());
  }

  /** The rows of all map partitions for one target, all of which are in memory. */
  private final class RowsReader implements RecordReader<Object> {
    private final Bucket bucket;
    private int mapPartition;
    private int position;

    RowsReader(Bucket bucket) {
      this.bucket = bucket;
    }

    @Override
    public int read(Object[] into, int max) {
      while (mapPartition < outputs.length) {
        MapOutput output = outputs[mapPartition];
        Rows rows = output == null ? null : output.rows(bucket.of(mapPartition));
        int count = rows == null ? 0 : Math.min(max, rows.size() - position);
        if (rows != null && count > 0) {
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

  /** The same where some are on the disk: at most one file is open. */
  private static final class PartsReader implements RecordReader<Object> {
    private final List<MapOutput> outputs;
    private final Bucket bucket;
    private int mapPartition;
    private Iterator<Joining.Opening> parts = Collections.emptyIterator();
    private @Nullable RecordReader<?> part;

    PartsReader(List<MapOutput> outputs, Bucket bucket) {
      this.outputs = outputs;
      this.bucket = bucket;
    }

    @Override
    public int read(Object[] into, int max) throws Exception {
      while (true) {
        RecordReader<?> open = part != null ? part : next();
        if (open == null) {
          return -1;
        }
        int count = open.read(into, max);
        if (count >= 0) {
          return count;
        }
        close();
      }
    }

    private @Nullable RecordReader<?> next() throws Exception {
      while (!parts.hasNext() && mapPartition < outputs.size()) {
        parts = outputs.get(mapPartition).parts(bucket.of(mapPartition)).iterator();
        mapPartition++;
      }
      part = parts.hasNext() ? parts.next().open() : null;
      return part;
    }

    @Override
    public void close() throws Exception {
      RecordReader<?> open = part;
      part = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
