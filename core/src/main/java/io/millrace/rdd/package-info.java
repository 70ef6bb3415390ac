/**
 * Resilient distributed datasets: immutable, partitioned collections that are computed lazily and
 * can be computed again from their lineage. {@link io.millrace.rdd.RDDContext} makes them, {@link
 * io.millrace.rdd.RDD} and {@link io.millrace.rdd.PairRDD} transform them and return results.
 *
 * <p>An operation only builds a node of the plan ({@code io.millrace.spi.plan}). This package knows
 * nothing of how an engine executes plans, nor of streams.
 */
@NullMarked
package io.millrace.rdd;

import org.jspecify.annotations.NullMarked;
