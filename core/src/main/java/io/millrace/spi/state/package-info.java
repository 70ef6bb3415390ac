/**
 * State that is kept by key from batch to batch: what is asked of an engine, beyond plans.
 *
 * <p>One primitive, the keyed state update, serves all stateful operations: a batch's records meet
 * what is kept of their keys, once, and what comes of it is private until it is adopted.
 *
 * <p>This package knows nothing of streams and batches but the batch's time, and nothing of how an
 * engine keeps state.
 */
@NullMarked
package io.millrace.spi.state;

import org.jspecify.annotations.NullMarked;
