package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.RDD;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a small batch costs from end to end: map, filter, reduceByKey and collect, through the real
 * batch loop, on {@code local[2]}.
 */
final class SmallBatchWorkload implements Workload {

  private static final int WARM_UP_BATCHES = 5_000;
  private static final int BATCHES = 5_000;
  private static final int NUM_KEYS = 100;

  private final int numRecords;
  private List<Tuple2<Integer, Long>> sums = List.of();

  private SmallBatchWorkload(int numRecords) {
    this.numRecords = numRecords;
  }

  static SmallBatchWorkload of(int numRecords) {
    return new SmallBatchWorkload(numRecords);
  }

  @Override
  public List<Row> run() throws Exception {
    List<Long> records = new ArrayList<>();
    for (long i = 0; i < numRecords; i++) {
      records.add(i * 7_919);
    }
    try (BatchStepper stepper = new BatchStepper("local[2]")) {
      RDD<Long> input =
          numRecords == 0 ? null : stepper.context().rddContext().parallelize(records, 2);
      stepper
          .context()
          .queueStream(new ArrayDeque<RDD<Long>>(), true, input)
          .map(x -> x + 1)
          .filter(x -> x % 3 != 0)
          .mapToPair(x -> new Tuple2<>((int) (x % NUM_KEYS), x))
          .reduceByKey((a, b) -> a + b)
          .foreachRDD(
              rdd -> {
                sums = rdd.collect();
              });
      stepper.start();
      double[] byHand = new double[BATCHES];
      double[] millrace = new double[BATCHES];
      boolean equal = true;
      for (int i = -WARM_UP_BATCHES; i < BATCHES; i++) {
        long start = System.nanoTime();
        Map<Integer, Long> expected = sumByHand(records);
        long byHandNanos = System.nanoTime() - start;
        long nanos = stepper.step().processingNanos();
        equal &= Digest.of(expected) == Digest.of(sums);
        if (i >= 0) {
          byHand[i] = byHandNanos / 1e6;
          millrace[i] = nanos / 1e6;
        }
      }
      Percentiles times = Percentiles.of(millrace);
      return List.of(
          new Row(
              numRecords == 0 ? "empty-batch" : "small-batch",
              "ms/batch",
              numRecords == 0 ? Double.NaN : Percentiles.of(byHand).at(0.5),
              times.at(0.5),
              times.at(0.5),
              times.at(0.99),
              equal));
    }
  }

  private static Map<Integer, Long> sumByHand(List<Long> records) {
    Map<Integer, Long> sums = new HashMap<>();
    for (Long record : records) {
      long x = record + 1;
      if (x % 3 != 0) {
        sums.merge((int) (x % NUM_KEYS), x, (a, b) -> a + b);
      }
    }
    return sums;
  }
}
