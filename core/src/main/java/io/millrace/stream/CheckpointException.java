package io.millrace.stream;

/**
 * A checkpoint can't be opened, does not fit the program, or can't be written any more. The context
 * stops, or does not start; what was committed before is safe.
 */
public class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
