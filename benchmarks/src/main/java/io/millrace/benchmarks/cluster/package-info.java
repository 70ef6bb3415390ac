/**
 * What two programs on a cluster have in common that are measured beside each other: how much they
 * do and with what data, what is right, how their batches are timed, and the form in which a
 * process tells what it measured.
 *
 * <p>Must not know Spark, of which each side has a version of its own.
 */
@NullMarked
package io.millrace.benchmarks.cluster;

import org.jspecify.annotations.NullMarked;
