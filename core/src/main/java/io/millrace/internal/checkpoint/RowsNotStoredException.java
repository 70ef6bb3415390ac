package io.millrace.internal.checkpoint;

import java.io.IOException;

/**
 * A file of rows could not be stored. Tells a failure of the storage from one of the user's code,
 * where tasks run both.
 */
public final class RowsNotStoredException extends IOException {

  private static final long serialVersionUID = 1L;

  RowsNotStoredException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
