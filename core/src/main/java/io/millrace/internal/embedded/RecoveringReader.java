package io.millrace.internal.embedded;

import io.millrace.spi.plan.RecordReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kept block from the disk and, should it be lost or damaged, the same records from where
 * they came. Computing is deterministic, and records are checked before they are handed out, so
 * what was read until then is left out the second time.
 */
final class RecoveringReader implements RecordReader<Object> {

  /** Opens the records anew. */
  @FunctionalInterface
  interface Recovery {
    RecordReader<?> open(IOException lost) throws Exception;
  }

  private final BlockStore.Block block;
  private final Recovery recovery;
  private @Nullable RecordReader<?> reader;
  private @Nullable RecordReader<?> recovered;
  private long numRead;

  RecoveringReader(BlockStore.Block block, Recovery recovery) {
    this.block = block;
    this.recovery = recovery;
  }

  @Override
  public int read(Object[] into, int max) throws Exception {
    if (recovered != null) {
      return recovered.read(into, max);
    }
    try {
      RecordReader<?> open = reader;
      if (open == null) {
        open = block.reader();
        reader = open;
      }
      int count = open.read(into, max);
      numRead += Math.max(0, count);
      return count;
    } catch (IOException e) {
      RecordReader<?> open = recovery.open(e);
      recovered = open;
      skip(open, into, max);
      return open.read(into, max);
    }
  }

  private void skip(RecordReader<?> open, Object[] into, int max) throws Exception {
    int count = 0;
    for (long left = numRead; left > 0 && count >= 0; left -= count) {
      count = open.read(into, (int) Math.min(left, max));
    }
  }

  @Override
  public void close() throws Exception {
    if (reader != null) {
      reader.close();
    }
  }
}
