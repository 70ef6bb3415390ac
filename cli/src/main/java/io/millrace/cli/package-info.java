/**
 * The {@code millrace} command: what an operator types.
 *
 * <p>Commands check what was typed, say in one line what is wrong with it, and hand over to the
 * programs of the other modules; they compute nothing themselves and use the public API alone.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
