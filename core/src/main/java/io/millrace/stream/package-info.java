/**
 * Streams of micro-batches: {@link io.millrace.stream.StreamingContext} and the streams it makes.
 *
 * <p>A program declares a graph of {@link io.millrace.stream.DStream}s, ends it in outputs, and
 * starts it; from then on each tick of the batch interval cuts a batch, and each batch runs the
 * outputs over datasets ({@code io.millrace.rdd}).
 *
 * <p>The project's guide, in the directory {@code docs/guide}, teaches one idea a page: the model
 * and its threads, state, windows, joins, outputs, persistence, testing, errors. Its code is run by
 * tests.
 *
 * <p>This package declares; it runs nothing. The batch loop is found through {@link
 * io.millrace.stream.StreamRuntimeProvider}, so nothing here knows of threads or engines.
 */
@NullMarked
package io.millrace.stream;

import org.jspecify.annotations.NullMarked;
