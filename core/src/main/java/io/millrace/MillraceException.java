package io.millrace;

import org.jspecify.annotations.Nullable;

/**
 * The root of what Millrace itself throws. Catch a subclass to act on one kind of failure; the
 * message says what to change, and the cause, where there is one, is what Java or user code threw.
 *
 * <p>A wrong argument is an {@link IllegalArgumentException} and a call at the wrong time an {@link
 * IllegalStateException}, as everywhere in Java; neither is wrapped in this type.
 */
public class MillraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MillraceException(String message) {
    super(message);
  }

  public MillraceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
