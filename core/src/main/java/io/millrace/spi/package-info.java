/**
 * What Millrace asks of engines and of the outside world: small interfaces with strict contracts.
 *
 * <p>An {@link io.millrace.spi.Engine} executes plans ({@code io.millrace.spi.plan}); a {@link
 * io.millrace.spi.Clock} tells time; {@link io.millrace.spi.DataFiles} reads and writes users'
 * files. Each is found by {@link java.util.ServiceLoader} or handed in, so that tests can replace
 * it.
 *
 * <p>This package knows nothing of the API (datasets, streams) and of any implementation.
 */
@NullMarked
package io.millrace.spi;

import org.jspecify.annotations.NullMarked;
