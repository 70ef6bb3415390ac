/**
 * Proves early that what a program hands to tasks can travel, and says in the user's words what is
 * in the way when it cannot: functions ({@link io.millrace.internal.serialization.FunctionCheck}),
 * records ({@link io.millrace.internal.serialization.RecordCheck}), and values that each task needs
 * a copy of ({@link io.millrace.internal.serialization.ValueCopy}).
 *
 * <p>This package must not know plans, stages or engines, and decides nothing about when to check.
 * Nothing that it writes is kept: Java serialization is used in memory alone.
 */
@NullMarked
package io.millrace.internal.serialization;

import org.jspecify.annotations.NullMarked;
