/**
 * Where outputs go exactly once: the contract of transactional sinks, and the sinks that come with
 * the core.
 *
 * <p>A {@link io.millrace.sink.TransactionalSink} stages what a batch writes, in tasks, and makes
 * it visible together with a {@link io.millrace.sink.Marker}, in one atomic step of the target
 * system. The marker is what tells, after a crash, whether that step was taken.
 *
 * <p>This package knows nothing of streams, scheduling and engines.
 */
@NullMarked
package io.millrace.sink;

import org.jspecify.annotations.NullMarked;
