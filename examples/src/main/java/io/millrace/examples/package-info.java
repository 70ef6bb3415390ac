/**
 * Programs to read, run and start from: one idea each, each run by a test.
 *
 * <p>They use the public API as any program would, and nothing depends on them but the command
 * line, which starts them.
 */
@NullMarked
package io.millrace.examples;

import org.jspecify.annotations.NullMarked;
