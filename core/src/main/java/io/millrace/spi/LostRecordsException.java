package io.millrace.spi;

import io.millrace.MillraceException;

/**
 * Records that can't be computed again are gone with the process that had them: what a state step
 * has emitted, say. Nothing has happened that a new attempt at the whole batch would not set right;
 * it begins with the states as they were adopted last.
 */
public final class LostRecordsException extends MillraceException {

  private static final long serialVersionUID = 1L;

  public LostRecordsException(String message) {
    super(message);
  }

  /** Whether this is what is behind a failure. */
  public static boolean isBehind(Throwable failure) {
    return Throwables.find(failure, LostRecordsException.class).isPresent();
  }
}
