/**
 * Where streams come from: the contract of sources that hand out replayable input ranges, and
 * sources that come with the core.
 *
 * <p>A {@link io.millrace.source.Source} decides which input belongs to a batch and describes it by
 * a small {@link io.millrace.source.InputRange}; tasks read the records later, as often as needed.
 *
 * <p>This package knows nothing of streams, scheduling and engines.
 */
@NullMarked
package io.millrace.source;

import org.jspecify.annotations.NullMarked;
