package io.millrace.stream;

import io.millrace.MillraceException;

/**
 * An output operation failed, and with it its batch. The message names the batch, the stream, the
 * partition where there is one, and the user's exception, which is also the cause.
 */
public class BatchFailedException extends MillraceException {

  private static final long serialVersionUID = 1L;

  private final transient Time batchTime;

  public BatchFailedException(String message, Time batchTime, Throwable cause) {
    super(message, cause);
    this.batchTime = batchTime;
  }

  /** The batch that failed. */
  public Time batchTime() {
    return batchTime;
  }
}
