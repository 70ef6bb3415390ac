package io.millrace.internal.state;

import io.millrace.Tuple2;
import io.millrace.spi.plan.RecordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Reads a list in chunks of random size; and back into a list, in the same way. */
final class RandomReader implements RecordReader<Object> {

  private final List<?> records;
  private final Random random;
  private int position;

  RandomReader(List<?> records, Random random) {
    this.records = records;
    this.random = random;
  }

  @Override
  public int read(Object[] into, int max) {
    if (position == records.size()) {
      return -1;
    }
    int count = Math.min(1 + random.nextInt(max), records.size() - position);
    for (int i = 0; i < count; i++) {
      into[i] = records.get(position++);
    }
    return count;
  }

  /** The pairs that are left, in chunks of at most {@code max}. */
  @SuppressWarnings("unchecked")
  static List<Tuple2<Object, Object>> pairs(RecordReader<?> reader, int max) throws Exception {
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    Object[] chunk = new Object[max];
    for (int count = reader.read(chunk, max); count >= 0; count = reader.read(chunk, max)) {
      for (int i = 0; i < count; i++) {
        pairs.add((Tuple2<Object, Object>) chunk[i]);
      }
    }
    return pairs;
  }
}
