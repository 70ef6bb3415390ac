package io.millrace.benchmarks;

import io.millrace.Tuple2;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Batches of keys with a number each; the same ones each time. */
public final class KeyedEvents {

  private static final long SEED = 20_120_425;

  private KeyedEvents() {}

  /** The key of a number; spread, as identifiers are. */
  static long key(int number) {
    long x = (number + 1) * 0x9E3779B97F4A7C15L;
    return x ^ (x >>> 32);
  }

  /** Every key is as likely as any other; the numbers are 0 to 99. */
  public static List<List<Tuple2<Long, Long>>> uniform(int numBatches, int perBatch, int numKeys) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<List<Tuple2<Long, Long>>> batches = new ArrayList<>();
    for (int i = 0; i < numBatches; i++) {
      List<Tuple2<Long, Long>> batch = new ArrayList<>(perBatch);
      for (int j = 0; j < perBatch; j++) {
        batch.add(new Tuple2<>(key(random.nextInt(numKeys)), (long) random.nextInt(100)));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** Frequencies follow Zipf's law with exponent 1; every number is 1. */
  static List<List<Tuple2<Long, Long>>> zipf(int numBatches, int perBatch, int numKeys) {
    double[] cumulated = new double[numKeys];
    double sum = 0;
    for (int i = 0; i < numKeys; i++) {
      sum += 1.0 / (i + 1);
      cumulated[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    List<List<Tuple2<Long, Long>>> batches = new ArrayList<>();
    for (int i = 0; i < numBatches; i++) {
      List<Tuple2<Long, Long>> batch = new ArrayList<>(perBatch);
      for (int j = 0; j < perBatch; j++) {
        int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
        batch.add(new Tuple2<>(key(found < 0 ? ~found : found), 1L));
      }
      batches.add(batch);
    }
    return batches;
  }

  /** Every key once, with 0. */
  public static List<Tuple2<Long, Long>> zeros(int numKeys) {
    List<Tuple2<Long, Long>> zeros = new ArrayList<>(numKeys);
    for (int i = 0; i < numKeys; i++) {
      zeros.add(new Tuple2<>(key(i), 0L));
    }
    return zeros;
  }

  /** A number for a key and its value; sums of them do not depend on the order. */
  public static long mix(long key, long value) {
    long x = (key * 0x9E3779B97F4A7C15L) ^ value;
    x = (x ^ (x >>> 31)) * 0xBF58476D1CE4E5B9L;
    return x ^ (x >>> 29);
  }
}
