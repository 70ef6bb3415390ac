package io.millrace.spi.checkpoint;

import java.io.IOException;

/**
 * Another driver has taken over what this one wrote to, so it must stop. Nothing that it had not
 * made final before is final, and nothing is lost: the other goes on from there.
 */
public class FencedException extends IOException {

  private static final long serialVersionUID = 1L;

  public FencedException(String message) {
    super(message);
  }
}
