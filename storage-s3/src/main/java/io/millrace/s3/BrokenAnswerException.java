package io.millrace.s3;

import java.io.IOException;

/** An object that ended, while it was read, before it was whole. */
final class BrokenAnswerException extends IOException {

  private static final long serialVersionUID = 1L;

  BrokenAnswerException(String message, Throwable cause) {
    super(message, cause);
  }
}
