/**
 * How fast it is on a cluster: Millrace beside Spark Streaming, each in processes of its own, with
 * the same data and equal results.
 *
 * <p>Must not have Spark Streaming on its class path; that side is {@code
 * io.millrace.benchmarks.spark.baseline}, which has another version of Spark.
 */
@NullMarked
package io.millrace.benchmarks.spark;

import org.jspecify.annotations.NullMarked;
