/**
 * The embedded engine: plans run on the threads of this JVM.
 *
 * <p>{@link io.millrace.internal.embedded.JobRun} cuts a plan at its exchanges into stages and the
 * stages into tasks; {@link io.millrace.internal.embedded.TaskPool} runs tasks on the calling
 * thread and, if that takes long, on workers; {@link io.millrace.internal.embedded.BlockStore}
 * keeps what is marked to be kept, in memory and on the local disk. What exchanges, sorts and
 * groups gather counts against {@link io.millrace.internal.embedded.ExecutionMemory}, and is
 * spilled to the {@link io.millrace.internal.embedded.SpillSpace} where that is too little. The
 * loops themselves are in {@code io.millrace.internal.pipeline}.
 *
 * <p>This package knows nothing of streams, batches or clocks.
 */
@NullMarked
package io.millrace.internal.embedded;

import org.jspecify.annotations.NullMarked;
