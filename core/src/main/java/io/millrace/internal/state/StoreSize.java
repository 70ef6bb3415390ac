package io.millrace.internal.state;

import java.util.function.IntFunction;

/**
 * What one store takes, as told to the {@link Quota} of its state. The size of objects is estimated
 * from some of them, again whenever the store has changed by an eighth, and every {@value
 * #STEPS_BETWEEN_SAMPLES} steps, since values may grow without their number.
 */
final class StoreSize {

  private static final int SAMPLE = 64;
  private static final int STEPS_BETWEEN_SAMPLES = 256;

  private final Quota quota;
  private final ObjectSizes sizes;
  private double bytesPerKey;
  private double bytesPerValue;
  private long sampledEntries;
  private int stepsSinceSample;
  private long entries;
  private long bytes;

  StoreSize(Quota quota, ObjectSizes sizes) {
    this.quota = quota;
    this.sizes = sizes;
  }

  /**
   * Estimates the size of keys and values again, if that is due.
   *
   * @param someKeys gives some keys, at most so many; none if keys are no objects
   * @param someValues the same of values
   */
  void sample(long numEntries, IntFunction<Object[]> someKeys, IntFunction<Object[]> someValues) {
    boolean hasChanged = Math.abs(numEntries - sampledEntries) > sampledEntries / 8;
    if (!hasChanged && ++stepsSinceSample < STEPS_BETWEEN_SAMPLES) {
      return;
    }
    sampledEntries = numEntries;
    stepsSinceSample = 0;
    bytesPerKey = average(someKeys.apply(SAMPLE));
    bytesPerValue = average(someValues.apply(SAMPLE));
  }

  private double average(Object[] sampled) {
    return sampled.length == 0 ? 0 : (double) sizes.of(sampled) / sampled.length;
  }

  /**
   * Tells what the store takes now.
   *
   * @param numValues number of values, of which a key may have several
   * @param ownBytes without the objects
   * @throws io.millrace.StateLimitException if that is more than before, and too much
   */
  void account(long numEntries, long numValues, long ownBytes) {
    long moreEntries = numEntries - entries;
    long moreBytes = estimate(numEntries, numValues, ownBytes) - bytes;
    entries += moreEntries;
    bytes += moreBytes;
    quota.add(moreEntries, moreBytes);
  }

  /** As {@link #account}, whether or not it is too much. */
  void settle(long numEntries, long numValues, long ownBytes) {
    long nowBytes = estimate(numEntries, numValues, ownBytes);
    quota.settle(numEntries - entries, nowBytes - bytes);
    entries = numEntries;
    bytes = nowBytes;
  }

  /** Accounts for nothing any more. */
  void discard() {
    quota.settle(-entries, -bytes);
    entries = 0;
    bytes = 0;
  }

  private long estimate(long numEntries, long numValues, long ownBytes) {
    return ownBytes + (long) (bytesPerKey * numEntries + bytesPerValue * numValues);
  }

  long bytes() {
    return bytes;
  }
}
