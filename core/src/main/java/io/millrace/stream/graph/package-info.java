/**
 * The stream graph: what the user declared, fixed when the context starts. A small closed set of
 * nodes from which the runtime makes one plan per batch and root.
 *
 * <p>Every stream operation is written once in terms of these nodes. Nodes work on plans, not on
 * datasets; they know nothing of batches being run, of threads, or of the engine.
 */
@NullMarked
package io.millrace.stream.graph;

import org.jspecify.annotations.NullMarked;
