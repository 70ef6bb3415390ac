/**
 * How fast it is, and compared with what: each workload runs beside a loop written by hand over the
 * same data in the same process, and both must come to the same digest.
 *
 * <p>{@link io.millrace.benchmarks.BenchMain} runs whole programs in child processes and prints the
 * medians; the classes named {@code …Benchmark} are for JMH.
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
