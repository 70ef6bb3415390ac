package io.millrace.benchmarks;

import io.millrace.Tuple2;
import io.millrace.rdd.PairRDD;
import io.millrace.rdd.RDDContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Keys of equal hash in {@code reduceByKey}, per record, beside {@link HashMap}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EqualHashBenchmark {

  private static final int BITS = 14;
  private static final int NUM_KEYS = 1 << BITS;

  /** Whether all keys have the same hash. */
  @Param({"true", "false"})
  private boolean isHashEqual;

  private RDDContext context = new RDDContext("local[1]", "jmh");
  private List<Tuple2<String, Long>> records = List.of();
  private PairRDD<String, Long> pairs = context.parallelizePairs(records);

  /** Makes the keys: "Aa" and "BB" have the same hash, and so have all strings of them. */
  @Setup
  public void prepare() {
    records = new ArrayList<>(NUM_KEYS);
    for (int i = 0; i < NUM_KEYS; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < BITS; bit++) {
        boolean isSet = (i >> bit & 1) != 0;
        key.append(isSet ? "BB" : isHashEqual ? "Aa" : "Ac");
      }
      records.add(Tuple2.of(key.toString(), 1L));
    }
    pairs = context.parallelizePairs(records, 1);
  }

  @TearDown
  public void close() {
    context.close();
  }

  /** The map. */
  @Benchmark
  @OperationsPerInvocation(NUM_KEYS)
  public Map<String, Long> hashMap() {
    Map<String, Long> sums = new HashMap<>();
    for (Tuple2<String, Long> record : records) {
      sums.merge(record._1(), record._2(), Long::sum);
    }
    return sums;
  }

  /** The tables of the engine. */
  @Benchmark
  @OperationsPerInvocation(NUM_KEYS)
  public long reduceByKey() {
    return pairs.reduceByKey(Long::sum, 1).count();
  }
}
