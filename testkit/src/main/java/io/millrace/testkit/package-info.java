/**
 * Tests for streaming programs, without waiting and without chance: a clock moved by hand, and a
 * driver that feeds lists of batches and returns each output's batches. And contracts: tests that
 * an implementation of one's own must pass, such as those of sinks.
 *
 * <p>Uses the public API alone; only the contracts need a test framework, JUnit.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
