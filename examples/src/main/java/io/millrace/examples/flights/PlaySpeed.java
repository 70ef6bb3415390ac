package io.millrace.examples.flights;

/**
 * How fast the data's time runs.
 *
 * @param factor seconds of the data in one second of the wall clock: positive, infinite for as fast
 *     as it goes
 */
public record PlaySpeed(double factor) {

  /** Three months in a minute. */
  public static final PlaySpeed DEFAULT = new PlaySpeed(129_600);

  /** No waiting. */
  public static final PlaySpeed MAX = new PlaySpeed(Double.POSITIVE_INFINITY);

  public PlaySpeed {
    if (!(factor > 0)) {
      throw new IllegalArgumentException("a speed is a positive number or max, not " + factor);
    }
  }

  /**
   * Reads a speed.
   *
   * @param text a positive number, or {@code max}
   */
  public static PlaySpeed parse(String text) {
    if (text.equals("max")) {
      return MAX;
    }
    double factor;
    try {
      factor = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      factor = Double.NaN;
    }
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("a speed is a positive number or max, not '" + text + "'");
    }
    return new PlaySpeed(factor);
  }

  public boolean isMax() {
    return Double.isInfinite(factor);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return isMax()
        ? "max"
        : factor == Math.rint(factor) && factor < 1e15
            ? String.valueOf((long) factor)
            : String.valueOf(factor);
  }
}
