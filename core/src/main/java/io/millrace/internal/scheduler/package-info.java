/**
 * The batch loop: cuts batches at the ticks of a clock and runs them, one after the other.
 *
 * <p>Three threads per context: the batch thread runs batches and all user code of the driver; the
 * control thread owns the life cycle and its time limits, so neither user code nor a checkpoint's
 * storage can hang a stop; the listener thread tells facts. A fourth comes and goes with steps that
 * may hang at the start and at the end. {@link io.millrace.internal.scheduler.TickSchedule} and
 * {@link io.millrace.internal.scheduler.PaneHistory} are arithmetic without threads.
 *
 * <p>This package knows nothing of how plans are executed.
 */
@NullMarked
package io.millrace.internal.scheduler;

import org.jspecify.annotations.NullMarked;
