package io.millrace.benchmarks.cluster;

import io.millrace.Tuple2;
import io.millrace.benchmarks.KeyedEvents;
import io.millrace.benchmarks.ZipfLines;
import java.util.ArrayList;
import java.util.List;

/** What the batches of loads are made of: the same for both sides, each time. */
public final class LoadData {

  private static final long STRIDE = 7_919;
  private static final int NUM_GROUPS = 100;
  private static final int MAX_NUMBER = 100;

  private LoadData() {}

  /** The lines of every batch of a word count. */
  public static List<String> lines(Load load) {
    return ZipfLines.lines(load.perBatch());
  }

  /** The records of every batch of a sum by key. */
  public static List<Long> numbers(Load load) {
    List<Long> numbers = new ArrayList<>(load.perBatch());
    for (long i = 0; i < load.perBatch(); i++) {
      numbers.add(i * STRIDE);
    }
    return numbers;
  }

  /** The key by which a number is summed up. */
  public static int group(long number) {
    return (int) (number % NUM_GROUPS);
  }

  /**
   * The different batches of a running sum: keys, any as likely as any other, with a number each, 1
   * to {@value #MAX_NUMBER}.
   *
   * <p>A key has the same number in all its events. So the sums that it runs through are the same
   * in whatever order the events of a batch are taken, which Spark's shuffle leaves to timing.
   */
  public static List<List<Tuple2<Long, Long>>> events(Load load) {
    List<List<Tuple2<Long, Long>>> batches = new ArrayList<>();
    for (List<Tuple2<Long, Long>> batch :
        KeyedEvents.uniform(load.numInputs(), load.perBatch(), load.numKeys())) {
      List<Tuple2<Long, Long>> events = new ArrayList<>(batch.size());
      batch.forEach(event -> events.add(new Tuple2<>(event._1(), number(event._1()))));
      batches.add(events);
    }
    return batches;
  }

  private static long number(long key) {
    return 1L + Math.floorMod(key, MAX_NUMBER);
  }

  /** What a running sum begins with: every key once, with 0. */
  public static List<Tuple2<Long, Long>> zeros(Load load) {
    return KeyedEvents.zeros(load.numKeys());
  }
}
