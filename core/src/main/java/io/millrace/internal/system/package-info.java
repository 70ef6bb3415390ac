/**
 * The machine: its clock, its threads and processes, its files. The one home of calls to the
 * system, so that everything else can be run under test with these replaced.
 *
 * <p>Nothing here knows what it is used for.
 */
@NullMarked
package io.millrace.internal.system;

import org.jspecify.annotations.NullMarked;
