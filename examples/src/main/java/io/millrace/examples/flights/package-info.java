/**
 * The flight demo: three months of real departures, played through windows of a day that slide each
 * hour.
 *
 * <p>{@link io.millrace.examples.flights.FlightStreams} is the stream program; {@link
 * io.millrace.examples.flights.ReplayClock} makes its time run fast; the rest reads, shows and sums
 * up. What is shown never changes what is computed: the digest is the same at every speed and
 * parallelism.
 */
@NullMarked
package io.millrace.examples.flights;

import org.jspecify.annotations.NullMarked;
