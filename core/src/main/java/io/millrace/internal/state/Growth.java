package io.millrace.internal.state;

/** How the arrays of a store grow: by half, so that at most a third of them is unused. */
final class Growth {

  static final int INITIAL = 16;

  private Growth() {}

  static int next(int capacity) {
    return Math.addExact(capacity, Math.max(INITIAL, capacity >> 1));
  }
}
