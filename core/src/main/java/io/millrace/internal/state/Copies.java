package io.millrace.internal.state;

import io.millrace.internal.serialization.RecordCopier;

/**
 * Keeps values that functions may change apart from those that must stay as they are. Used by one
 * task at a time.
 */
final class Copies {

  private final RecordCopier copier = new RecordCopier();

  /** The value itself if nobody can change it, else a copy. */
  Object of(Object value) {
    return copier.copyOrRefuse(value, "a value of state");
  }
}
