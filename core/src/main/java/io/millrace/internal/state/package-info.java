/**
 * State by key in memory: compact stores, one for each partition, that are changed in place and can
 * undo a step.
 *
 * <p>This package knows nothing of jobs and tasks, which the engine runs, nor of streams. It calls
 * user functions, and keeps what they return.
 */
@NullMarked
package io.millrace.internal.state;

import org.jspecify.annotations.NullMarked;
