package io.millrace.spi.state;

import java.io.Serializable;

/**
 * What a state may grow to, over all partitions.
 *
 * @param maxEntries keys at most
 * @param maxBytes estimated bytes at most
 */
public record StateLimits(long maxEntries, long maxBytes) implements Serializable {

  /** No limits. */
  public static final StateLimits NONE = new StateLimits(Long.MAX_VALUE, Long.MAX_VALUE);
}
