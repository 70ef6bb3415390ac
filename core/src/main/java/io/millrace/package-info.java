/**
 * Where a program begins: its configuration ({@link io.millrace.Conf} and the typed {@link
 * io.millrace.Settings}), the tuples that keyed streams are made of, what a task knows of itself,
 * and the exceptions that Millrace throws.
 *
 * <p>This package must not know how anything is computed: it names no stream, RDD, engine or
 * connector, starts no thread, and reads nothing but the settings of its process.
 */
@NullMarked
package io.millrace;

import org.jspecify.annotations.NullMarked;
