/**
 * The plan of a computation over datasets: a small closed set of nodes that engines execute.
 *
 * <p>Every public operation is written once in terms of these nodes; an engine implements the
 * nodes, and nothing else. Nodes describe work, they never do it: building a node is cheap, touches
 * no data, and is safe on any thread.
 *
 * <p>This package knows nothing of the API on top of it (datasets, streams) and nothing of any
 * engine below it.
 */
@NullMarked
package io.millrace.spi.plan;

import org.jspecify.annotations.NullMarked;
