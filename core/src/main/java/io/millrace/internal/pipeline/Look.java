package io.millrace.internal.pipeline;

/**
 * When to look at how much memory is in use: estimating costs as much as many records do, so it is
 * done after tens of thousands of them, and sooner the less room was left the last time. The first
 * look comes soon, for records may be large.
 */
public final class Look {

  static final int FIRST_RECORDS = 128;
  private static final int MIN_RECORDS = 256;
  private static final int MAX_RECORDS = 65_536;

  /** What a record takes if the estimate says less: it may be of few keys that are many soon. */
  private static final long MIN_BYTES_PER_RECORD = 64;

  private static final int MIN_SAMPLES = 8;
  private static final int MAX_SAMPLES = 256;

  private final Overflow overflow;
  private int untilNext = FIRST_RECORDS;
  private long gathered;

  public Look(Overflow overflow) {
    this.overflow = overflow;
  }

  /** Whether it is time, now that {@code records} were added. */
  public boolean isDue(int records) {
    untilNext -= records;
    gathered += records;
    return untilNext <= 0;
  }

  /** How many elements an estimate should look at, all in all. */
  int samples() {
    return (int) Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, gathered / 16));
  }

  /** Whether {@code bytes} are too many, and have to be spilled. */
  public boolean mustSpill(long bytes) {
    long room = overflow.claim(bytes);
    if (room < 0) {
      untilNext = MIN_RECORDS;
      gathered = 0;
      return true;
    }
    long bytesPerRecord = Math.max(MIN_BYTES_PER_RECORD, bytes / Math.max(1, gathered));
    untilNext = (int) Math.max(MIN_RECORDS, Math.min(MAX_RECORDS, room / 4 / bytesPerRecord));
    return false;
  }
}
