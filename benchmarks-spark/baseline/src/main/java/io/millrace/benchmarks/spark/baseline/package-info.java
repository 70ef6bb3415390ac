/**
 * The programs that Millrace is measured beside, written with Spark Streaming.
 *
 * <p>Must not use Millrace beyond what says how much there is to do, and what the data is.
 */
@NullMarked
package io.millrace.benchmarks.spark.baseline;

import org.jspecify.annotations.NullMarked;
