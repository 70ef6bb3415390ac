package io.millrace;

/**
 * A job failed because one of its tasks failed for good. The message names the stage, the partition
 * and the user's exception; the cause is that exception.
 */
public class JobFailedException extends MillraceException {

  private static final long serialVersionUID = 1L;

  public JobFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
