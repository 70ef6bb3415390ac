package io.millrace.stream;

import io.millrace.MillraceException;

/**
 * An input, a stream or an output failed, and with it its batch. The message names the batch, the
 * stream, the partition where there is one, and the user's exception. The cause is that exception,
 * or the {@link io.millrace.JobFailedException} of the job whose task threw it.
 */
public class BatchFailedException extends MillraceException {

  private static final long serialVersionUID = 1L;

  private final Time batchTime;

  public BatchFailedException(String message, Time batchTime, Throwable cause) {
    super(message, cause);
    this.batchTime = batchTime;
  }

  /** The batch that failed. */
  public Time batchTime() {
    return batchTime;
  }
}
