package io.millrace.internal.embedded;

import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges sorted readers; of equal records those of the earlier reader come first. Holds some
 * records of each.
 */
final class MergedReader implements RecordReader<Object> {

  private static final int CHUNK = 64;

  /** The next records of one reader. */
  private static final class Cursor {
    private final RecordReader<?> reader;
    private final int number;
    private final Object[] chunk = new Object[CHUNK];
    private int position;
    private int count;

    Cursor(RecordReader<?> reader, int number) {
      this.reader = reader;
      this.number = number;
    }

    Object record() {
      return chunk[position];
    }

    boolean advance() throws Exception {
      if (++position >= count) {
        position = 0;
        count = reader.read(chunk, CHUNK);
      }
      return count > 0;
    }
  }

  private final List<RecordReader<?>> open = new ArrayList<>();
  private final PriorityQueue<Cursor> cursors;

  private MergedReader(int numReaders, Comparator<Object> order) {
    this.cursors =
        new PriorityQueue<>(
            Math.max(1, numReaders),
            (a, b) -> {
              int compared = order.compare(a.record(), b.record());
              return compared != 0 ? compared : Integer.compare(a.number, b.number);
            });
  }

  static MergedReader open(List<? extends Joining.Opening> sorted, Comparator<Object> order)
      throws Exception {
    MergedReader merged = new MergedReader(sorted.size(), order);
    try {
      for (Joining.Opening opening : sorted) {
        RecordReader<?> reader = opening.open();
        merged.open.add(reader);
        Cursor cursor = new Cursor(reader, merged.open.size());
        if (cursor.advance()) {
          merged.cursors.add(cursor);
        }
      }
      return merged;
    } catch (Exception | Error e) {
      merged.close();
      throw e;
    }
  }

  @Override
  public int read(Object[] into, int max) throws Exception {
    int count = 0;
    while (count < max) {
      Cursor first = cursors.poll();
      if (first == null) {
        break;
      }
      into[count++] = first.record();
      if (first.advance()) {
        cursors.add(first);
      }
    }
    return count == 0 ? -1 : count;
  }

  @Override
  public void close() throws Exception {
    for (RecordReader<?> reader : open) {
      reader.close();
    }
  }
}
