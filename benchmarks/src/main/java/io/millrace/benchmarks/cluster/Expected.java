package io.millrace.benchmarks.cluster;

import io.millrace.Tuple2;
import io.millrace.benchmarks.Digest;
import io.millrace.benchmarks.KeyedEvents;
import io.millrace.benchmarks.ZipfLines;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What loads come to, by loops over the same data: so that both sides can't be wrong together. */
public final class Expected {

  private Expected() {}

  /** {@link Figures#digest} of whoever is right. */
  public static long digest(Load load) {
    return switch (load.program()) {
      case WORD_COUNT -> repeated(load, wordCount(load));
      case SUM_BY_KEY -> repeated(load, sumByKey(load));
      case RUNNING_SUM -> runningSum(load);
    };
  }

  private static long repeated(Load load, long digestOfBatch) {
    long digest = 0;
    for (int i = -load.warmUp(); i < load.batches(); i++) {
      digest = 31 * digest + digestOfBatch;
    }
    return digest;
  }

  private static long wordCount(Load load) {
    Map<String, Integer> counts = new HashMap<>();
    for (String line : LoadData.lines(load)) {
      ZipfLines.split(line).forEachRemaining(word -> counts.merge(word, 1, Integer::sum));
    }
    return Digest.of(counts);
  }

  private static long sumByKey(Load load) {
    Map<Integer, Long> sums = new HashMap<>();
    for (long number : LoadData.numbers(load)) {
      sums.merge(LoadData.group(number), number + 1, Long::sum);
    }
    return Digest.of(sums);
  }

  private static long runningSum(Load load) {
    List<List<Tuple2<Long, Long>>> batches = LoadData.events(load);
    Map<Long, Long> sums = new HashMap<>();
    long digest = 0;
    for (int i = 0; i < load.warmUp() + load.batches(); i++) {
      long digestOfBatch = 0;
      for (Tuple2<Long, Long> event : batches.get(i % batches.size())) {
        long sum = sums.merge(event._1(), event._2(), Long::sum);
        digestOfBatch += KeyedEvents.mix(event._1(), sum);
      }
      digest = 31 * digest + digestOfBatch;
    }
    return digest;
  }
}
