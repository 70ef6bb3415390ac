package io.millrace.stream.graph;

/**
 * Length and slide of a window over batch time, with the arithmetic of its ends and panes.
 *
 * <p>A window ends at each multiple of the slide, counted from the epoch, and holds the batches of
 * time {@code (end - length, end]}. For length 30 s and slide 20 s: the window that ends at 40 s
 * holds the batches of 10 s, exclusive, to 40 s, inclusive. A pane is {@code (k·p, (k+1)·p]} with
 * {@code p = gcd(length, slide)}; every window is a whole number of panes.
 *
 * @param lengthMillis at least 1
 * @param slideMillis at least 1
 */
public record WindowSpan(long lengthMillis, long slideMillis) {

  public WindowSpan {
    if (lengthMillis < 1 || slideMillis < 1) {
      throw new IllegalArgumentException(
          "a window's length and slide must be positive, not "
              + lengthMillis
              + " ms and "
              + slideMillis
              + " ms");
    }
  }

  /**
   * A window over a stream.
   *
   * @throws IllegalArgumentException if length or slide is not a positive multiple of the parent's
   *     slide; says what would fit
   */
  public static WindowSpan over(StreamNode<?> parent, long lengthMillis, long slideMillis) {
    requireMultiple(parent, "length", lengthMillis);
    requireMultiple(parent, "slide", slideMillis);
    return new WindowSpan(lengthMillis, slideMillis);
  }

  private static void requireMultiple(StreamNode<?> parent, String what, long millis) {
    long unit = parent.slideMillis();
    if (millis <= 0 || millis % unit != 0) {
      throw new IllegalArgumentException(
          "the window "
              + what
              + " "
              + millis
              + " ms is not a positive multiple of "
              + unit
              + " ms, the slide of "
              + parent);
    }
  }

  /** The last end at or before {@code timeMillis}. */
  public long lastEndAt(long timeMillis) {
    return Math.floorDiv(timeMillis, slideMillis) * slideMillis;
  }

  /** Whether a window ends at {@code timeMillis}, and so fires in the batch of that time. */
  public boolean isEnd(long timeMillis) {
    return Math.floorMod(timeMillis, slideMillis) == 0;
  }

  /** The first end after {@code timeMillis}. */
  public long firstEndAfter(long timeMillis) {
    return lastEndAt(timeMillis) + slideMillis;
  }

  /** Whether the window that ends at {@code endMillis} holds the batch of {@code timeMillis}. */
  public boolean holds(long endMillis, long timeMillis) {
    return timeMillis > endMillis - lengthMillis && timeMillis <= endMillis;
  }

  /** Whether any window holds the batch of {@code timeMillis}; none does between short windows. */
  public boolean isInAnyWindow(long timeMillis) {
    return holds(lastEndAt(timeMillis - 1) + slideMillis, timeMillis);
  }

  /** The greatest common divisor of length and slide. */
  public long paneMillis() {
    long a = lengthMillis;
    long b = slideMillis;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }

  /** The end of the pane that holds the batch of {@code timeMillis}. */
  public long paneEnd(long timeMillis) {
    long pane = paneMillis();
    return Math.floorDiv(timeMillis + pane - 1, pane) * pane;
  }
}
