package io.millrace.internal.state;

import io.millrace.StateLimitException;
import io.millrace.spi.state.StateLimits;
import java.util.concurrent.atomic.AtomicLong;

/** What the partitions of one state take together, held to its limits. */
public final class Quota {

  private final String state;
  private final StateLimits limits;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  public Quota(String state, StateLimits limits) {
    this.state = state;
    this.limits = limits;
  }

  /**
   * Accounts for what a partition has grown by, or shrunk.
   *
   * @throws StateLimitException if that is too much; it is accounted for all the same
   */
  void add(long moreEntries, long moreBytes) {
    long nowEntries = entries.addAndGet(moreEntries);
    long nowBytes = bytes.addAndGet(moreBytes);
    if (moreEntries > 0 && nowEntries > limits.maxEntries()) {
      throw StateLimitException.entries(state, nowEntries, limits.maxEntries());
    }
    if (moreBytes > 0 && nowBytes > limits.maxBytes()) {
      throw StateLimitException.bytes(state, nowBytes, limits.maxBytes());
    }
  }

  /** Accounts for a change without looking at the limits. */
  void settle(long moreEntries, long moreBytes) {
    entries.addAndGet(moreEntries);
    bytes.addAndGet(moreBytes);
  }
}
