package io.millrace.internal.state;

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
  private double objectBytesPerEntry;
  private int sampledSize;
  private int stepsSinceSample;
  private long entries;
  private long bytes;

  StoreSize(Quota quota, ObjectSizes sizes) {
    this.quota = quota;
    this.sizes = sizes;
  }

  /** Estimates the size of keys and values again, if that is due. */
  void sample(Entries store) {
    int size = store.size();
    boolean hasChanged = Math.abs(size - sampledSize) > sampledSize / 8;
    if (!hasChanged && ++stepsSinceSample < STEPS_BETWEEN_SAMPLES) {
      return;
    }
    sampledSize = size;
    stepsSinceSample = 0;
    objectBytesPerEntry = average(store.sampleKeys(SAMPLE)) + average(store.sampleValues(SAMPLE));
  }

  private double average(Object[] sampled) {
    return sampled.length == 0 ? 0 : (double) sizes.of(sampled) / sampled.length;
  }

  private long bytesOf(Entries store, long otherBytes) {
    return store.bytes() + otherBytes + (long) (objectBytesPerEntry * store.size());
  }

  /** Tells what has changed; throws if it is too much. */
  void account(Entries store, long otherBytes) {
    long moreEntries = store.size() - entries;
    long moreBytes = bytesOf(store, otherBytes) - bytes;
    entries += moreEntries;
    bytes += moreBytes;
    quota.add(moreEntries, moreBytes);
  }

  /** Tells what has changed, whatever it is. */
  void settle(Entries store, long otherBytes) {
    long moreEntries = store.size() - entries;
    long moreBytes = bytesOf(store, otherBytes) - bytes;
    entries += moreEntries;
    bytes += moreBytes;
    quota.settle(moreEntries, moreBytes);
  }

  long bytes() {
    return bytes;
  }
}
