/**
 * Tests for streaming programs, without waiting and without chance: a clock moved by hand, and a
 * driver that feeds lists of batches and returns each output's batches.
 *
 * <p>Uses the public API alone, and no test framework.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
