/**
 * Proves early that what a program hands to tasks can travel, and says in the user's words what is
 * in the way when it cannot: functions ({@link io.millrace.internal.serialization.FunctionCheck}),
 * records ({@link io.millrace.internal.serialization.RecordCheck}), and values that each task needs
 * a copy of ({@link io.millrace.internal.serialization.ValueCopy}). Writes records into bytes and
 * reads them back ({@link io.millrace.internal.serialization.TaggedRecordFormat}).
 *
 * <p>This package must not know plans, stages or engines, and decides nothing about when to check
 * or where bytes go. Java serialization is the last resort, and never for what has to outlive the
 * program's classes.
 */
@NullMarked
package io.millrace.internal.serialization;

import org.jspecify.annotations.NullMarked;
