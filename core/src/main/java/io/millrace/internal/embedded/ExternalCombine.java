package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.Tuple3;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.KeyedTable;
import io.millrace.internal.pipeline.Look;
import io.millrace.internal.pipeline.Overflow;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.internal.pipeline.Rows;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Combines by key more keys and values than memory holds, with the same result, in the same order,
 * as one table would give: hybrid hashing as in Shapiro, "Join Processing in Database Systems with
 * Large Main Memories" (1986), and a merge that restores the order.
 *
 * <p>A table that is full is spilled as a run, split into {@value #NUM_BUCKETS} buckets by bits of
 * the keys' hashes, each entry with its number in order of arrival. At the end each bucket is
 * combined over all runs in a table of its own: keys meet in order of the runs, so each keeps the
 * number of its first arrival, and the bucket comes out ordered by these numbers. A bucket that is
 * too large for memory is treated in the same way with further bits. Merging the buckets by number
 * gives all keys in order of first arrival.
 *
 * <p>Limit: one key's combined value has to fit into memory, as have the keys that share 28 bits of
 * their hash.
 */
final class ExternalCombine implements Overflow {

  private static final int NUM_BUCKETS = 16;
  private static final int BITS = 4;
  private static final int MAX_DEPTH = 7;
  private static final int CHUNK = 128;
  private static final int MAX_SAMPLES = 128;

  /** Entries may be large, being groups of many values; so there are few of them at a time. */
  private static final int MAX_CHUNK_OUT = 8;

  /** For the same reason memory is looked at as if each entry were several records. */
  private static final int WEIGHT = 32;

  /** An odd constant other than the tables', since these bits are to differ within a table. */
  private static final int SPREAD = 0x85EBCA6B;

  private static final Comparator<Object> BY_NUMBER =
      Comparator.comparingLong(entry -> (Long) ((Tuple3<?, ?, ?>) entry)._1());

  private final Supplier<KeyedTable> tables;
  private final SpillScope scope;
  private final Pipeline.Poll poll;
  private final int depth;
  private final ExecutionMemory.Claim claim;

  /** By run, then by bucket. */
  private final List<SpillFile.Segment[]> runs = new ArrayList<>();

  private long nextNumber;

  /**
   * @param tables makes tables of the one kind that all blocks come from
   * @param scope gets the files
   */
  ExternalCombine(Supplier<KeyedTable> tables, SpillScope scope, Pipeline.Poll poll) {
    this(tables, scope, poll, 0);
  }

  private ExternalCombine(
      Supplier<KeyedTable> tables, SpillScope scope, Pipeline.Poll poll, int depth) {
    this.tables = tables;
    this.scope = scope;
    this.poll = poll;
    this.depth = depth;
    this.claim = scope.newClaim();
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
    throw new IllegalStateException("records are combined by key");
  }

  @Override
  public void spill(KeyedBlock[] blocks) {
    KeyedBlock block = blocks[0];
    long[] numbers = new long[block.size()];
    Arrays.setAll(numbers, i -> nextNumber + i);
    nextNumber += block.size();
    addRun(block, numbers);
  }

  private void addRun(KeyedBlock block, long[] numbers) {
    int[] bucketOf = new int[block.size()];
    for (int i = 0; i < bucketOf.length; i++) {
      bucketOf[i] = ((block.hashes()[i] * SPREAD) >>> (Integer.SIZE - BITS * (depth + 1))) & 15;
    }
    SpillFile file = scope.newFile();
    SpillFile.Segment[] run = new SpillFile.Segment[NUM_BUCKETS];
    for (int bucket = 0; bucket < NUM_BUCKETS; bucket++) {
      SpillFile.SegmentWriter into = file.begin();
      for (int i = 0; i < bucketOf.length; i++) {
        if (bucketOf[i] == bucket) {
          into.write(new Tuple3<>(numbers[i], block.keys()[i], block.values()[i]));
        }
      }
      run[bucket] = into.complete();
    }
    file.finish();
    runs.add(run);
    claim.close();
  }

  /**
   * All that was combined as pairs, to be read as often as needed until the scope is closed.
   *
   * @param last what the last table holds, which has not been spilled
   */
  Joining.Opening result(KeyedBlock last) throws Exception {
    if (runs.isEmpty()) {
      return () -> Pipeline.read(last);
    }
    spill(new KeyedBlock[] {last});
    List<Joining.Opening> buckets = buckets();
    return () -> new PairReader(MergedReader.open(buckets, BY_NUMBER));
  }

  /** Combines what maps have combined, in order, with the blocks that are in memory. */
  static Joining.Opening merge(
      Combiner combiner, int target, List<MapOutput> outputs, SpillScope scope, Pipeline.Poll poll)
      throws Exception {
    ExternalCombine merged = new ExternalCombine(() -> Pipeline.newTable(combiner), scope, poll);
    Feed feed = merged.new Feed();
    for (MapOutput output : outputs) {
      for (Joining.Opening run : output.runs(target)) {
        try (RecordReader<?> pairs = run.open()) {
          feed.addAll(pairs);
        }
      }
      KeyedBlock block = output.block(target);
      if (block != null) {
        feed.add(block);
      }
    }
    return merged.result(feed.table.toBlock());
  }

  /** Combines what maps have combined elsewhere, in the order of the blocks. */
  static Joining.Opening merge(
      Combiner combiner, Iterator<KeyedBlock> blocks, SpillScope scope, Pipeline.Poll poll)
      throws Exception {
    ExternalCombine merged = new ExternalCombine(() -> Pipeline.newTable(combiner), scope, poll);
    Feed feed = merged.new Feed();
    while (blocks.hasNext()) {
      feed.add(blocks.next());
    }
    return merged.result(feed.table.toBlock());
  }

  /** The table that blocks go into, one after the other. */
  private final class Feed {

    private final Look look = new Look(ExternalCombine.this);
    private KeyedTable table = tables.get();

    void addAll(RecordReader<?> pairs) throws Exception {
      Object[] chunk = new Object[CHUNK];
      for (int n = pairs.read(chunk, CHUNK); n >= 0; n = pairs.read(chunk, CHUNK)) {
        Object[] keys = new Object[n];
        int[] hashes = new int[n];
        Object[] values = new Object[n];
        for (int i = 0; i < n; i++) {
          Tuple2<?, ?> pair = (Tuple2<?, ?>) chunk[i];
          keys[i] = pair._1();
          hashes[i] = StableHash.of(pair._1());
          values[i] = pair._2();
        }
        add(new KeyedBlock(keys, hashes, values, n));
      }
    }

    void add(KeyedBlock block) throws Exception {
      table.addCombined(block);
      if (look.isDue(block.size() * WEIGHT)
          && look.mustSpill(table.bytes(ExternalCombine.this, MAX_SAMPLES))) {
        spill(new KeyedBlock[] {table.toBlock()});
        table = tables.get();
      }
      poll.poll();
    }
  }

  /** Each bucket, ordered by number. */
  private List<Joining.Opening> buckets() throws Exception {
    List<Joining.Opening> buckets = new ArrayList<>();
    SpillFile file = scope.newFile();
    for (int bucket = 0; bucket < NUM_BUCKETS; bucket++) {
      buckets.addAll(new Bucket(bucket).combine(file));
    }
    file.finish();
    return buckets;
  }

  /** One bucket of all runs. */
  private final class Bucket {

    private final int number;
    private final Look look = new Look(ExternalCombine.this);
    private KeyedTable table = tables.get();
    private long[] numbers = new long[CHUNK];
    private @Nullable ExternalCombine deeper;

    Bucket(int number) {
      this.number = number;
    }

    List<Joining.Opening> combine(SpillFile results) throws Exception {
      for (SpillFile.Segment[] run : runs) {
        try (RecordReader<Object> entries = run[number].open()) {
          addAll(entries);
        }
      }
      KeyedBlock block = table.toBlock();
      ExternalCombine further = deeper;
      if (further != null) {
        further.addRun(block, numbers);
        return writeAll(further.buckets(), results);
      }
      SpillFile.SegmentWriter into = results.begin();
      for (int i = 0; i < block.size(); i++) {
        into.write(new Tuple3<>(numbers[i], block.keys()[i], block.values()[i]));
      }
      claim.close();
      SpillFile.Segment segment = into.complete();
      return List.of(segment::open);
    }

    /** In one segment, so that no more than the buckets of one level are ever merged at once. */
    private List<Joining.Opening> writeAll(List<Joining.Opening> buckets, SpillFile results)
        throws Exception {
      SpillFile.SegmentWriter into = results.begin();
      Object[] chunk = new Object[MAX_CHUNK_OUT];
      try (MergedReader entries = MergedReader.open(buckets, BY_NUMBER)) {
        for (int n = entries.read(chunk, chunk.length);
            n >= 0;
            n = entries.read(chunk, chunk.length)) {
          for (int i = 0; i < n; i++) {
            into.write(chunk[i]);
          }
          poll.poll();
        }
      }
      SpillFile.Segment segment = into.complete();
      return List.of(segment::open);
    }

    private void addAll(RecordReader<Object> entries) throws Exception {
      Object[] chunk = new Object[CHUNK];
      for (int n = entries.read(chunk, CHUNK); n >= 0; n = entries.read(chunk, CHUNK)) {
        add(chunk, n);
        if (depth < MAX_DEPTH - 1
            && look.isDue(n * WEIGHT)
            && look.mustSpill(table.bytes(ExternalCombine.this, MAX_SAMPLES))) {
          spill();
        }
        poll.poll();
      }
    }

    private void add(Object[] entries, int count) throws Exception {
      Object[] keys = new Object[count];
      int[] hashes = new int[count];
      Object[] values = new Object[count];
      for (int i = 0; i < count; i++) {
        Tuple3<?, ?, ?> entry = (Tuple3<?, ?, ?>) entries[i];
        keys[i] = entry._2();
        hashes[i] = StableHash.of(entry._2());
        values[i] = entry._3();
      }
      int known = table.keys().size();
      table.addCombined(new KeyedBlock(keys, hashes, values, count));
      note(entries, known);
    }

    /** Notes the numbers of the keys that are new: the table holds the very objects, in order. */
    private void note(Object[] entries, int known) {
      int size = table.keys().size();
      if (size > numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.max(size, 2 * numbers.length));
      }
      int entry = 0;
      for (int position = known; position < size; position++) {
        Object key = table.keys().keys()[position];
        while (((Tuple3<?, ?, ?>) entries[entry])._2() != key) {
          entry++;
        }
        numbers[position] = (Long) ((Tuple3<?, ?, ?>) entries[entry++])._1();
      }
    }

    private void spill() {
      ExternalCombine further = deeper;
      if (further == null) {
        further = new ExternalCombine(tables, scope, poll, depth + 1);
        deeper = further;
      }
      further.addRun(table.toBlock(), numbers);
      table = tables.get();
      numbers = new long[CHUNK];
      claim.close();
    }
  }

  /** Leaves out the numbers. */
  private record PairReader(RecordReader<Object> entries) implements RecordReader<Object> {

    @Override
    public int read(Object[] into, int max) throws Exception {
      int count = entries.read(into, Math.min(max, MAX_CHUNK_OUT));
      for (int i = 0; i < count; i++) {
        Tuple3<?, ?, ?> entry = (Tuple3<?, ?, ?>) into[i];
        into[i] = new Tuple2<>(entry._2(), entry._3());
      }
      return count;
    }

    @Override
    public void close() throws Exception {
      entries.close();
    }
  }
}
