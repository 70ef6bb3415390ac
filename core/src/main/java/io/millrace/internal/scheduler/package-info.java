/**
 * The batch loop: cuts batches at the ticks of a clock and runs them, one after the other.
 *
 * <p>Three threads per context: the batch thread runs batches and all user code of the driver; the
 * control thread owns the life cycle and its time limits, so user code can't hang a stop; the
 * listener thread tells facts. {@link io.millrace.internal.scheduler.TickSchedule} and {@link
 * io.millrace.internal.scheduler.PaneHistory} are arithmetic without threads.
 *
 * <p>This package knows nothing of how plans are executed.
 */
@NullMarked
package io.millrace.internal.scheduler;

import org.jspecify.annotations.NullMarked;
