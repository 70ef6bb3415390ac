/**
 * The functions that users write: what {@code map}, {@code reduceByKey}, {@code foreachPartition}
 * and their like take as argument. The names and signatures are those of Spark's Java API, so that
 * a program moves by changing its imports. Every function is {@link java.io.Serializable}, since
 * the task that calls it may run in another JVM, and may throw any exception: the task that called
 * it then fails and is tried again from the start of its partition. A function can therefore see a
 * record more than once, and one with side effects belongs in a sink.
 *
 * <p>This package knows only the JDK and the tuples: nothing about streams, RDDs, batches, engines
 * or where a function is going to run.
 */
@NullMarked
package io.millrace.function;

import org.jspecify.annotations.NullMarked;
