package io.millrace;

/** A job ended early because it was cancelled, for instance by stopping its context. */
public class JobCancelledException extends MillraceException {

  private static final long serialVersionUID = 1L;

  public JobCancelledException(String message) {
    super(message);
  }
}
