package io.millrace.benchmarks;

import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** {@link NumericPipeline} per record, for JMH. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 5,
    jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+UseParallelGC"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class FusedPipelineBenchmark {

  private static final int NUM_RECORDS = 1_000_000;
  private static final int OTHERS = 20;

  private RDDContext context = new RDDContext("local[1]", "jmh");
  private Long[] array = {};
  private RDD<Long> numbers = context.parallelize(List.of());

  /** Makes the data and runs the other pipelines. */
  @Setup
  public void prepare() {
    List<Long> data = NumericPipeline.data(NUM_RECORDS);
    array = data.toArray(new Long[0]);
    numbers = context.parallelize(data, 1);
    NumericPipeline.runOthers(numbers, OTHERS);
  }

  @TearDown
  public void close() {
    context.close();
  }

  /** The loop. */
  @Benchmark
  @OperationsPerInvocation(NUM_RECORDS)
  public long byHand() {
    return NumericPipeline.byHand(array);
  }

  /** The pipeline of specialised operators. */
  @Benchmark
  @OperationsPerInvocation(NUM_RECORDS)
  public long specialised() {
    return NumericPipeline.pipeline(numbers);
  }
}
