package io.millrace.internal.state;

import io.millrace.internal.serialization.Immutability;
import io.millrace.internal.serialization.ValueCopy;

/** Keeps values that functions may change apart from those that must stay as they are. */
final class Copies {

  private Copies() {}

  /** The value itself if nobody can change it, else a copy. */
  static Object of(Object value) {
    return Immutability.isCertain(value)
        ? value
        : ValueCopy.copier(value, "a value of state").get();
  }
}
