/**
 * Tests for streaming programs, without waiting and without chance: a clock moved by hand, and a
 * driver that feeds lists of batches and returns each output's batches. And contracts: tests that
 * an implementation of one's own must pass, such as those of sinks.
 *
 * <p>For who writes a checkpoint storage: a machine that loses what was not synced ({@link
 * io.millrace.testkit.SimulatedDisk}), an exploration of all instants at which it may do so ({@link
 * io.millrace.testkit.CrashPoints}), and the contract that every storage passes.
 *
 * <p>Uses the public API and SPI alone, and no test framework, but for the contracts: they need
 * JUnit.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
