package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.spi.Terminal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A random sample of exactly the size asked for: indexes are drawn from the known number of
 * records, then the partitions are read for them.
 *
 * <p>Without replacement the indexes are drawn by R. Floyd's algorithm (Bentley and Floyd,
 * Programming Pearls, CACM 30:9, 1987), then shuffled.
 */
final class RandomPick<T> {

  private final Random random;
  private final long[] firstIndexes;
  private final long total;

  /**
   * @param counts number of records of each partition
   */
  RandomPick(List<Long> counts, long seed) {
    this.random = new Random(seed);
    this.firstIndexes = new long[counts.size()];
    long sum = 0;
    for (int i = 0; i < firstIndexes.length; i++) {
      firstIndexes[i] = sum;
      sum += counts.get(i);
    }
    this.total = sum;
  }

  /** Indexes in the order of the sample. */
  long[] draw(boolean withReplacement, int count) {
    if (total == 0) {
      return new long[0];
    }
    return withReplacement
        ? random.longs(count, 0, total).toArray()
        : distinct((int) Math.min(count, total));
  }

  private long[] distinct(int count) {
    Set<Long> chosen = new HashSet<>();
    long[] drawn = new long[count];
    for (int i = 0; i < count; i++) {
      long last = total - count + i;
      long candidate = random.longs(1, 0, last + 1).findFirst().getAsLong();
      drawn[i] = chosen.contains(candidate) ? last : candidate;
      chosen.add(drawn[i]);
    }
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long swapped = drawn[i];
      drawn[i] = drawn[other];
      drawn[other] = swapped;
    }
    return drawn;
  }

  Reader<T> reader(long[] drawn) {
    return new Reader<>(firstIndexes, Arrays.stream(drawn).sorted().distinct().toArray());
  }

  /** Puts what the reader found, partition by partition, into the order of the sample. */
  List<T> inOrder(long[] drawn, List<List<T>> found) {
    long[] sorted = Arrays.stream(drawn).sorted().distinct().toArray();
    Map<Long, T> byIndex = new HashMap<>();
    int next = 0;
    for (List<T> partition : found) {
      for (T record : partition) {
        byIndex.put(sorted[next++], record);
      }
    }
    List<T> sample = new ArrayList<>(drawn.length);
    for (long index : drawn) {
      sample.add(byIndex.get(index));
    }
    return sample;
  }

  /** Yields the records of a partition whose index among all records is wanted. */
  @SuppressWarnings("ArrayRecordComponent")
  record Reader<T>(long[] firstIndexes, long[] wanted) implements Terminal.Body<T, List<T>> {

    @Override
    public List<T> apply(TaskContext context, Iterator<T> records) {
      List<T> found = new ArrayList<>();
      long index = firstIndexes[context.partitionId()];
      int position = Arrays.binarySearch(wanted, index);
      int next = position >= 0 ? position : -position - 1;
      while (next < wanted.length && records.hasNext()) {
        T record = records.next();
        if (index++ == wanted[next]) {
          found.add(record);
          next++;
        }
      }
      return found;
    }
  }
}
