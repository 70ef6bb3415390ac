/**
 * State by key in memory: compact stores, one for each partition, that are changed in place and can
 * undo a step.
 *
 * <p>What a step has changed of a store goes into files, which say of each key what was last true
 * of it: so they are put one on top of the other to fill a store, and several are merged into one
 * without a store ({@link io.millrace.internal.state.StateFiles}).
 *
 * <p>This package knows nothing of jobs and tasks, which the engine runs, nor of streams. It calls
 * user functions, and keeps what they return.
 */
@NullMarked
package io.millrace.internal.state;

import org.jspecify.annotations.NullMarked;
