/**
 * The checkpoint of a streaming program: what is in its log, what that amounts to, and which files
 * it still needs.
 *
 * <p>Pure bookkeeping over write-once storage. It knows nothing of stream graphs, engines and what
 * is in the files; values are bytes here.
 */
@NullMarked
package io.millrace.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
