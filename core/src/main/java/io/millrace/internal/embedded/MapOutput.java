package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.ArrayReader;
import io.millrace.internal.pipeline.Branch;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Overflow;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.internal.pipeline.Stage;
import io.millrace.internal.pipeline.WatchedRows;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.Placement;
import io.millrace.spi.plan.Routing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one map task made for each target of an exchange: the runs that it spilled, in order, and
 * after them what stayed in memory. Written by one thread, then read by many.
 */
final class MapOutput implements Overflow, AutoCloseable {

  /** Below, the size is guessed rather than estimated: most tasks of small batches are. */
  private static final int FEW_RECORDS = 1024;

  private static final int GUESSED_BYTES = 100;
  private static final int MAX_SAMPLES = 256;
  private static final int MIN_SAMPLES = 2;

  private final int numTargets;

  /** Null if records are dealt in turn, from target 0 on: see {@link Dealing}. */
  private final @Nullable Placement placement;

  /** Null if records are not combined on this side. */
  private final @Nullable Combiner combiner;

  private final SpillScope scope;
  private final ExecutionMemory.Claim claim;

  /** By run, then by target; null where a target has nothing. */
  private List<SpillFile.@Nullable Segment[]> runs = List.of();

  private long numSpilled;

  /** By target: a KeyedBlock if combined, else Rows; null once merged. */
  private @Nullable Object[] inMemory = {};

  MapOutput(ExchangeNode<?> exchange, Spilling spilling) {
    Routing routing = exchange.routing();
    Combiner given = exchange.combiner();
    this.numTargets = routing.numPartitions();
    this.placement = routing instanceof Routing.ByKey byKey ? byKey.placement() : null;
    this.combiner = given != null && given.isMapSide() ? given : null;
    this.scope = new SpillScope(spilling);
    this.claim = scope.newClaim();
  }

  /** Takes all records of a map partition. */
  void write(Pipeline records, Consumer<Object> firstRecord) throws Exception {
    if (combiner != null && placement != null) {
      keep(records.combine(combiner, placement, firstRecord, this));
    } else {
      Rows[] rows = new WatchedRows(numTargets, this).rows();
      records.scatter(placement, rows, firstRecord);
      keep(rows);
    }
  }

  /** As {@link #write}, of records that are pushed through {@code parts}. */
  Branch branch(List<Stage.Part> parts, Consumer<Object> firstRecord) {
    if (combiner != null && placement != null) {
      return Branch.combining(parts, combiner, placement, firstRecord, this, this::keep);
    }
    Rows[] rows = new WatchedRows(numTargets, this).rows();
    return Branch.scattering(parts, placement, rows, firstRecord, this::keep);
  }

  private void keep(KeyedBlock[] blocks) {
    if (claim.tryKeep(bytes(blocks))) {
      inMemory = blocks;
    } else {
      spill(blocks);
    }
  }

  private void keep(Rows[] rows) {
    if (claim.tryKeep(bytes(rows))) {
      inMemory = rows;
    } else {
      spill(rows);
    }
  }

  private long bytes(KeyedBlock[] blocks) {
    int size = 0;
    for (KeyedBlock block : blocks) {
      size += block.size();
    }
    if (size < FEW_RECORDS) {
      return (long) GUESSED_BYTES * size;
    }
    int samples = samples(size);
    long bytes = 0;
    for (KeyedBlock block : blocks) {
      if (block.size() > 0) {
        bytes += sizeOf(block.keys(), block.size(), samples);
        bytes += sizeOf(block.values(), block.size(), samples);
      }
    }
    return bytes;
  }

  private int samples(int size) {
    return Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, size / 16) / numTargets);
  }

  private long bytes(Rows[] rows) {
    int size = 0;
    for (Rows each : rows) {
      size += each.size();
    }
    if (size < FEW_RECORDS) {
      return (long) GUESSED_BYTES * size;
    }
    int samples = samples(size);
    long bytes = 0;
    for (Rows each : rows) {
      if (each.size() > 0) {
        bytes += sizeOf(each.elements(), each.size(), samples);
      }
    }
    return bytes;
  }

  @Override
  public long sizeOf(Object[] elements, int size, int maxSamples) {
    return SizeEstimate.ofElements(elements, size, maxSamples);
  }

  @Override
  public long claim(long bytes) {
    return claim.resize(bytes);
  }

  @Override
  public void spill(Rows[] rows) {
    spillRun(target -> rows[target].size(), (target, i) -> rows[target].elements()[i]);
  }

  @Override
  public void spill(KeyedBlock[] blocks) {
    spillRun(
        target -> blocks[target].size(),
        (target, i) -> new Tuple2<>(blocks[target].keys()[i], blocks[target].values()[i]));
  }

  private interface Sizes {
    int of(int target);
  }

  private interface Records {
    Object at(int target, int index);
  }

  private void spillRun(Sizes sizes, Records records) {
    SpillFile file = scope.newFile();
    SpillFile.@Nullable Segment[] run = new SpillFile.@Nullable Segment[numTargets];
    for (int target = 0; target < numTargets; target++) {
      int size = sizes.of(target);
      numSpilled += size;
      if (size > 0) {
        SpillFile.SegmentWriter into = file.begin();
        for (int i = 0; i < size; i++) {
          into.write(records.at(target, i));
        }
        run[target] = into.complete();
      }
    }
    file.finish();
    if (runs.isEmpty()) {
      runs = new ArrayList<>();
    }
    runs.add(run);
    claim.close();
  }

  /** The number of records for all targets; where records are not combined, and none forgotten. */
  long numRecords() {
    long count = numSpilled;
    for (Object rows : inMemory) {
      count += rows == null ? 0 : ((Rows) rows).size();
    }
    return count;
  }

  /** Whether some of it is on the disk. */
  boolean isSpilled() {
    return !runs.isEmpty();
  }

  /** Runs of one target, in order. */
  List<Joining.Opening> runs(int target) {
    List<Joining.Opening> openings = new ArrayList<>(runs.size());
    for (SpillFile.@Nullable Segment[] run : runs) {
      SpillFile.Segment segment = run[target];
      if (segment != null) {
        openings.add(segment::open);
      }
    }
    return openings;
  }

  /** What stayed in memory for a target, after its runs; null if there is nothing. */
  @Nullable KeyedBlock block(int target) {
    return inMemory.length == 0 ? null : (KeyedBlock) inMemory[target];
  }

  /** As {@link #block} where records were not combined. */
  @Nullable Rows rows(int target) {
    return inMemory.length == 0 ? null : (Rows) inMemory[target];
  }

  /** The records of a target in order, if they were not combined. */
  List<Joining.Opening> parts(int target) {
    List<Joining.Opening> parts = runs(target);
    Rows rows = rows(target);
    if (rows != null) {
      parts.add(() -> new ArrayReader(rows.elements(), rows.size()));
    }
    return parts;
  }

  /** Lets the garbage collector have what a target has in memory: it was merged. */
  void forget(int target) {
    if (inMemory.length > 0) {
      inMemory[target] = null;
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
