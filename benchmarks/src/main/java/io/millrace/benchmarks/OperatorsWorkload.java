package io.millrace.benchmarks;

import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.List;

/** Time per record of {@link NumericPipeline}, after two other pipelines in the same process. */
final class OperatorsWorkload implements Workload {

  private static final int NUM_RECORDS = 1_000_000;
  private static final int OTHERS = 20;
  private static final int WARM_UP_RUNS = 40;
  private static final int RUNS = 40;

  @Override
  public List<Row> run() {
    List<Long> data = NumericPipeline.data(NUM_RECORDS);
    Long[] array = data.toArray(new Long[0]);
    try (RDDContext context = new RDDContext("local[1]", "operators")) {
      RDD<Long> numbers = context.parallelize(data, 1);
      NumericPipeline.runOthers(numbers, OTHERS);
      double[] byHand = new double[RUNS];
      double[] millrace = new double[RUNS];
      boolean equal = true;
      for (int i = -WARM_UP_RUNS; i < RUNS; i++) {
        long start = System.nanoTime();
        long expected = NumericPipeline.byHand(array);
        long middle = System.nanoTime();
        long sum = NumericPipeline.pipeline(numbers);
        long end = System.nanoTime();
        equal &= sum == expected;
        if (i >= 0) {
          byHand[i] = (double) (middle - start) / NUM_RECORDS;
          millrace[i] = (double) (end - middle) / NUM_RECORDS;
        }
      }
      return List.of(
          new Row(
              "operators",
              "ns/record",
              Percentiles.of(byHand).at(0.5),
              Percentiles.of(millrace).at(0.5),
              Double.NaN,
              Double.NaN,
              equal));
    }
  }
}
