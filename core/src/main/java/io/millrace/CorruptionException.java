package io.millrace;

import java.io.IOException;

/**
 * Stored bytes are not what was written: a checksum does not fit, an object that must be there is
 * missing, or its contents contradict each other. The message names the object.
 */
public class CorruptionException extends IOException {

  private static final long serialVersionUID = 1L;

  public CorruptionException(String message) {
    super(message);
  }

  public CorruptionException(String message, Throwable cause) {
    super(message, cause);
  }
}
