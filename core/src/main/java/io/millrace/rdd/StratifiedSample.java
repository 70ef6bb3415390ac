package io.millrace.rdd;

import io.millrace.TaskContext;
import io.millrace.Tuple2;
import io.millrace.spi.plan.Operator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A random sample with a rate for each key: Bernoulli without replacement, Poisson with. Each
 * partition has a generator of its own, so that one which is computed again yields the same sample.
 *
 * <p>Poisson counts are drawn by Knuth's product of uniforms (The Art of Computer Programming, vol.
 * 2, 3.4.1), the mean split in parts of at most 16 so that the product does not underflow.
 */
record StratifiedSample<K, V>(boolean withReplacement, Map<K, Double> fractions, long seed)
    implements Operator.PartitionFunction {

  private static final double MAX_PART = 16;

  @Override
  @SuppressWarnings("unchecked")
  public Iterator<?> apply(int partition, TaskContext context, Iterator<?> records) {
    // Mixed, since generators whose seeds are a step apart yield the same draws, shifted.
    long mixed = new SplittableRandom(partition).nextLong() ^ seed;
    return new Sampled((Iterator<Tuple2<K, V>>) records, new SplittableRandom(mixed));
  }

  private double fraction(K key) {
    Double fraction = fractions.get(key);
    if (fraction == null) {
      throw new IllegalArgumentException(
          "sampleByKey: there is no fraction for the key "
              + key
              + "; give one for each key, 0 to leave it out");
    }
    return fraction;
  }

  private final class Sampled implements Iterator<Tuple2<K, V>> {

    private final Iterator<Tuple2<K, V>> records;
    private final SplittableRandom random;
    private @Nullable Tuple2<K, V> record;
    private int copies;

    Sampled(Iterator<Tuple2<K, V>> records, SplittableRandom random) {
      this.records = records;
      this.random = random;
    }

    @Override
    public boolean hasNext() {
      while (copies == 0 && records.hasNext()) {
        Tuple2<K, V> next = records.next();
        record = next;
        copies = copies(fraction(next._1()));
      }
      return copies > 0;
    }

    private int copies(double fraction) {
      if (withReplacement) {
        return poisson(fraction);
      }
      return random.nextDouble() < fraction ? 1 : 0;
    }

    private int poisson(double mean) {
      int drawn = 0;
      for (double left = mean; left > 0; left -= MAX_PART) {
        double limit = Math.exp(-Math.min(left, MAX_PART));
        for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
          drawn++;
        }
      }
      return drawn;
    }

    @Override
    public Tuple2<K, V> next() {
      if (!hasNext() || record == null) {
        throw new NoSuchElementException();
      }
      copies--;
      return record;
    }
  }
}
