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

  /** The estimate of the step under way, and that of the last that was adopted. */
  private Estimate estimate = Estimate.NONE;

  private Estimate adopted = Estimate.NONE;
  private int stepsSinceSample;
  private long entries;
  private long bytes;

  /** What a key and a value take, when there were so many entries. */
  private record Estimate(long numEntries, double bytesPerKey, double bytesPerValue) {
    static final Estimate NONE = new Estimate(0, 0, 0);

    long bytes(long numKeys, long numValues) {
      return (long) (bytesPerKey * numKeys + bytesPerValue * numValues);
    }
  }

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
    long sampled = estimate.numEntries();
    boolean hasChanged = Math.abs(numEntries - sampled) > sampled / 8;
    if (!hasChanged && ++stepsSinceSample < STEPS_BETWEEN_SAMPLES) {
      return;
    }
    stepsSinceSample = 0;
    estimate =
        new Estimate(
            numEntries, average(someKeys.apply(SAMPLE)), average(someValues.apply(SAMPLE)));
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
    long moreBytes = ownBytes + estimate.bytes(numEntries, numValues) - bytes;
    entries += moreEntries;
    bytes += moreBytes;
    quota.add(moreEntries, moreBytes);
  }

  /** As {@link #account} at the end of a step, whether or not it is too much. */
  void adopt(long numEntries, long numValues, long ownBytes) {
    adopted = estimate;
    settle(numEntries, numValues, ownBytes);
  }

  /** As {@link #adopt} once a step is undone, whose estimate of sizes counts no more either. */
  void rollBack(long numEntries, long numValues, long ownBytes) {
    estimate = adopted;
    settle(numEntries, numValues, ownBytes);
  }

  private void settle(long numEntries, long numValues, long ownBytes) {
    long nowBytes = ownBytes + estimate.bytes(numEntries, numValues);
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

  long bytes() {
    return bytes;
  }
}
