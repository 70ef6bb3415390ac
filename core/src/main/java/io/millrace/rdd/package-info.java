/**
 * Resilient distributed datasets: immutable, partitioned collections that are computed lazily and
 * can be computed again from their lineage.
 *
 * <p><b>Making them.</b> {@link io.millrace.rdd.RDDContext} makes datasets of lists and files, and
 * owns the engine. {@link io.millrace.rdd.RDD} has records of any type, {@link
 * io.millrace.rdd.PairRDD} pairs with operations by key, {@link io.millrace.rdd.DoubleRDD} numbers
 * with their statistics; {@link io.millrace.rdd.RDDLike} has what they share.
 *
 * <p><b>Computing them.</b> Transformations return at once, actions run jobs; {@code countAsync}
 * and its kin do so while the caller goes on, and return a {@link io.millrace.rdd.FutureAction}.
 *
 * <p><b>Keeping them.</b> {@code cache} and {@code persist} keep what was computed in memory, until
 * {@code unpersist}; {@code checkpoint} writes it to files and forgets what it was made from;
 * {@code saveAsObjectFile} writes it for another program.
 *
 * <p><b>Placing them.</b> A {@link io.millrace.rdd.Partitioner} says where each key lives; datasets
 * with equal partitioners are joined without moving records.
 *
 * <p><b>Beside them.</b> A {@link io.millrace.rdd.Broadcast} brings a value to all tasks,
 * accumulators bring sums back.
 *
 * <p>The project's guide, in the directory {@code docs/guide}, begins with plans and jobs, in its
 * page on the model; that on persistence tells what is kept, where and for how long.
 *
 * <p>An operation only builds a node of the plan ({@code io.millrace.spi.plan}). This package knows
 * nothing of how an engine executes plans, nor of streams.
 */
@NullMarked
package io.millrace.rdd;

import org.jspecify.annotations.NullMarked;
