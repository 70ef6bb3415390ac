/**
 * Checkpoints from outside: what is in one, and whether it is whole. For tools; a program keeps its
 * checkpoint by {@code StreamingContext.checkpoint}.
 *
 * <p>Knows nothing of the programs that wrote a checkpoint, and needs none of their classes.
 */
@NullMarked
package io.millrace.checkpoint;

import org.jspecify.annotations.NullMarked;
