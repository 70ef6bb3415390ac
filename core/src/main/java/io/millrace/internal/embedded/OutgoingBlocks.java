package io.millrace.internal.embedded;

import io.millrace.Tuple2;
import io.millrace.internal.pipeline.KeyedBlock;
import io.millrace.internal.pipeline.Pipeline;
import io.millrace.spi.RecordFormat;
import io.millrace.spi.plan.Combiner;
import io.millrace.spi.plan.ExchangeNode;
import io.millrace.spi.plan.RecordReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The output of a map task as blocks of at most about {@value #MAX_BYTES} bytes, target by target.
 * What memory holds and what was spilled come in the order in which they were written.
 */
final class OutgoingBlocks implements Iterator<ExchangeBlock> {

  private static final int MAX_BYTES = 1 << 20;
  private static final int CHUNK = 256;

  private final ExchangeNode<?> exchange;
  private final boolean isCombined;
  private final MapOutput output;
  private final int mapPartition;
  private final RecordFormat format;
  private final Pipeline.Poll poll;
  private final Object[] chunk = new Object[CHUNK];
  private int target = -1;
  private int sequence;
  private Iterator<Joining.Opening> parts = List.<Joining.Opening>of().iterator();
  private @Nullable RecordReader<?> part;
  private @Nullable ExchangeBlock next;

  OutgoingBlocks(
      ExchangeNode<?> exchange,
      MapOutput output,
      int mapPartition,
      RecordFormat format,
      Pipeline.Poll poll) {
    Combiner combiner = exchange.combiner();
    this.exchange = exchange;
    this.isCombined = combiner != null && combiner.isMapSide();
    this.output = output;
    this.mapPartition = mapPartition;
    this.format = format;
    this.poll = poll;
  }

  @Override
  public boolean hasNext() {
    try {
      if (next == null) {
        next = fill();
      }
      return next != null;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("writing " + exchange + " failed: " + e, e);
    }
  }

  @Override
  public ExchangeBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ExchangeBlock block = next;
    next = null;
    if (block == null) {
      throw new NoSuchElementException();
    }
    return block;
  }

  private @Nullable ExchangeBlock fill() throws Exception {
    while (true) {
      RecordReader<?> open = part;
      if (open == null) {
        if (!nextPart()) {
          return null;
        }
        continue;
      }
      int first = open.read(chunk, CHUNK);
      if (first < 0) {
        open.close();
        part = null;
        continue;
      }
      return block(open, first);
    }
  }

  private ExchangeBlock block(RecordReader<?> open, int first) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int numRecords = 0;
    try (RecordFormat.Writer writer = format.writer(bytes)) {
      for (int n = first; n >= 0; n = open.read(chunk, CHUNK)) {
        write(writer, n);
        numRecords += n;
        poll.poll();
        if (writer.numBytes() >= MAX_BYTES) {
          break;
        }
      }
      writer.complete();
    }
    return new ExchangeBlock(target, mapPartition, sequence++, numRecords, bytes.toByteArray());
  }

  private void write(RecordFormat.Writer writer, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      if (isCombined) {
        Tuple2<?, ?> pair = (Tuple2<?, ?>) chunk[i];
        writer.write(pair._1());
        writer.write(pair._2());
      } else {
        writer.write(chunk[i]);
      }
    }
  }

  /** Whether there is another part, of this target or a later one. */
  private boolean nextPart() throws Exception {
    while (!parts.hasNext()) {
      if (target >= 0) {
        output.forget(target);
      }
      if (++target == exchange.numPartitions()) {
        target--;
        return false;
      }
      sequence = 0;
      parts = parts(target).iterator();
    }
    part = parts.next().open();
    return true;
  }

  private List<Joining.Opening> parts(int of) {
    if (!isCombined) {
      return output.parts(of);
    }
    List<Joining.Opening> all = new ArrayList<>(output.runs(of));
    KeyedBlock block = output.block(of);
    if (block != null && block.size() > 0) {
      all.add(() -> Pipeline.read(block));
    }
    return all;
  }
}
