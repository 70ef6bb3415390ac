package io.millrace.spark;

import io.millrace.MillraceException;

/** Records that can't be computed again are gone with the executor that had them. */
final class LostRecordsException extends MillraceException {

  private static final long serialVersionUID = 1L;

  LostRecordsException(String message) {
    super(message);
  }
}
