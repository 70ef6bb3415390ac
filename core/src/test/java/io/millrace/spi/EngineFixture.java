package io.millrace.spi;

import io.millrace.rdd.RDD;
import io.millrace.rdd.RDDContext;
import java.util.stream.IntStream;

/** The engine under test. */
interface EngineFixture {

  Engine engine();

  RDDContext context();

  /** A new engine that gives each task {@code maxFailures} attempts. */
  Engine newEngine(int maxFailures);

  default RDD<Integer> numbers(int count, int numSlices) {
    return context().parallelize(IntStream.range(0, count).boxed().toList(), numSlices);
  }
}
