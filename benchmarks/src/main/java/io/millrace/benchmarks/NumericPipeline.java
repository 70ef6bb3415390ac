package io.millrace.benchmarks;

import io.millrace.rdd.RDD;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Five numeric operators and a sum, as a pipeline and as a loop, over the same boxed numbers. */
final class NumericPipeline {

  private static final long SEED = 42;

  private NumericPipeline() {}

  static List<Long> data(int size) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Long> data = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      data.add(random.nextLong(1L << 40));
    }
    return data;
  }

  static long pipeline(RDD<Long> numbers) {
    return numbers
        .map(x -> x * 31 + 17)
        .filter(x -> x % 7 != 0)
        .map(x -> (long) Math.sqrt(x))
        .map(x -> x % 100_003)
        .filter(x -> x % 5 != 0)
        .reduce((a, b) -> a + b);
  }

  static long byHand(Long[] numbers) {
    long sum = 0;
    for (Long number : numbers) {
      long x = number * 31 + 17;
      if (x % 7 != 0) {
        x = (long) Math.sqrt(x);
        x = x % 100_003;
        if (x % 5 != 0) {
          sum += x;
        }
      }
    }
    return sum;
  }

  /**
   * Two other pipelines, so that shared code has seen more than one shape before it is measured.
   */
  static void runOthers(RDD<Long> numbers, int times) {
    for (int i = 0; i < times; i++) {
      numbers.map(x -> "n" + (x & 15)).filter(s -> s.length() > 1).map(String::length).count();
      numbers
          .flatMap(x -> List.of(x, x + 1).iterator())
          .map(x -> x >>> 1)
          .filter(x -> x % 2 == 0)
          .aggregate(0.0, (sum, x) -> sum + x, Double::sum);
    }
  }
}
