package io.millrace.rdd;

import org.jspecify.annotations.Nullable;

/** Checks of what users hand to operations; messages name the operation and the value. */
final class Arguments {

  private Arguments() {}

  static <A> A notNull(String operation, String what, @Nullable A value) {
    if (value == null) {
      throw new IllegalArgumentException(operation + ": " + what + " is null");
    }
    return value;
  }

  static int positive(String operation, String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          operation + ": " + what + " must be at least 1, not " + value);
    }
    return value;
  }

  static int notNegative(String operation, String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          operation + ": " + what + " must not be negative, not " + value);
    }
    return value;
  }

  /** A finite number of at least 0, and at most 1 unless records may repeat. */
  static double fraction(String operation, double value, boolean mayExceedOne) {
    boolean valid = value >= 0 && Double.isFinite(value) && (mayExceedOne || value <= 1);
    if (!valid) {
      throw new IllegalArgumentException(
          operation
              + (mayExceedOne
                  ? ": fraction must be a finite number of at least 0, not "
                  : ": fraction without replacement must be between 0 and 1, not ")
              + value);
    }
    return value;
  }
}
