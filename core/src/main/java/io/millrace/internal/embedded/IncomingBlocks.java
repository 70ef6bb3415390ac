package io.millrace.internal.embedded;

import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.StableHash;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The far side of an exchange whose blocks have travelled: merges them as the exchange says. */
final class IncomingBlocks {

  private static final int CHUNK = 512;

  /** Begins to read the blocks, from the first on. */
  @FunctionalInterface
  interface Source {
    Iterator<ExchangeBlock> open() throws Exception;
  }

  private final ExchangeNode<?> exchange;
  private final Source source;
  private final RecordFormat format;

  IncomingBlocks(ExchangeNode<?> exchange, Source source, RecordFormat format) {
    this.exchange = exchange;
    this.source = source;
    this.format = format;
  }

  /** What the exchange yields, to be read as often as needed until the scope is closed. */
  Joining.Opening merge(SpillScope scope, Pipeline.Poll poll) throws Exception {
    Combiner combiner = exchange.combiner();
    Joining.Opening records =
        combiner == null
            ? () -> new BlockReader(source.open(), format)
            : combine(combiner, scope, poll);
    Comparator<?> ordering = exchange.keyOrdering();
    if (ordering == null) {
      return records;
    }
    try (RecordReader<?> unsorted = records.open()) {
      return ExternalSort.sort(unsorted, ExchangeOutput.byKey(ordering), scope, poll);
    }
  }

  private Joining.Opening combine(Combiner combiner, SpillScope scope, Pipeline.Poll poll)
      throws Exception {
    if (combiner.isMapSide()) {
      Iterator<ExchangeBlock> blocks = source.open();
      return ExternalCombine.merge(combiner, new KeyedBlocks(blocks, format), scope, poll);
    }
    ExternalCombine overflow = new ExternalCombine(() -> Pipeline.newTable(combiner), scope, poll);
    try (RecordReader<?> records = new BlockReader(source.open(), format)) {
      KeyedBlock block =
          new Pipeline(records, List.of(), poll)
              .combine(combiner, OnePartition.PLACEMENT, record -> {}, overflow)[0];
      return overflow.result(block);
    }
  }

  /** Reads a block of keys and values in turn. */
  static KeyedBlock keyed(RecordFormat format, ExchangeBlock block) throws IOException {
    int size = block.numRecords();
    Object[] keys = new Object[size];
    Object[] values = new Object[size];
    int[] hashes = new int[size];
    Object[] turns = new Object[2 * size];
    int count = 0;
    try (RecordReader<Object> records = format.reader(new ByteArrayInputStream(block.bytes()))) {
      while (count < turns.length) {
        int read = read(records, turns, count);
        if (read < 0) {
          throw new EOFException("a block of " + size + " keys ends after " + count / 2);
        }
        count += read;
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
    for (int i = 0; i < size; i++) {
      keys[i] = turns[2 * i];
      values[i] = turns[2 * i + 1];
      hashes[i] = StableHash.of(keys[i]);
    }
    return new KeyedBlock(keys, hashes, values, size);
  }

  private static int read(RecordReader<Object> records, Object[] into, int from) throws Exception {
    if (from == 0) {
      return records.read(into, into.length);
    }
    Object[] chunk = new Object[Math.min(CHUNK, into.length - from)];
    int count = records.read(chunk, chunk.length);
    if (count > 0) {
      System.arraycopy(chunk, 0, into, from, count);
    }
    return count;
  }

  private record KeyedBlocks(Iterator<ExchangeBlock> blocks, RecordFormat format)
      implements Iterator<KeyedBlock> {

    @Override
    public boolean hasNext() {
      return blocks.hasNext();
    }

    @Override
    public KeyedBlock next() {
      try {
        return keyed(format, blocks.next());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The records of one block after the other. */
  private static final class BlockReader implements RecordReader<Object> {

    private final Iterator<ExchangeBlock> blocks;
    private final RecordFormat format;
    private @Nullable RecordReader<Object> block;

    BlockReader(Iterator<ExchangeBlock> blocks, RecordFormat format) {
      this.blocks = blocks;
      this.format = format;
    }

    @Override
    public int read(Object[] into, int max) throws Exception {
      while (true) {
        RecordReader<Object> open = block;
        if (open == null) {
          if (!blocks.hasNext()) {
            return -1;
          }
          open = format.reader(new ByteArrayInputStream(blocks.next().bytes()));
          block = open;
        }
        int count = open.read(into, max);
        if (count >= 0) {
          return count;
        }
        close();
      }
    }

    @Override
    public void close() throws Exception {
      RecordReader<Object> open = block;
      block = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
