/**
 * The code of the guide, in {@code docs/guide}: what stands between two marks is shown on the page
 * that they name, and {@code DocumentedCodeTest} compares.
 */
@NullMarked
package io.millrace.examples.guide;

import org.jspecify.annotations.NullMarked;
