package io.millrace;

import org.jspecify.annotations.Nullable;

/**
 * A function cannot be sent to the tasks that are to call it. The message names the operation, the
 * function, and the way from the function to the object that is in the way.
 *
 * <p>Thrown on the embedded engine too, where functions do not travel, so that a program which runs
 * there also runs on a cluster; {@link Settings#FUNCTION_SERIALIZATION_CHECK} turns that off.
 */
public final class NotSerializableFunctionException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String operation;

  /**
   * @param operation the method that was given the function, such as {@code map}
   */
  public NotSerializableFunctionException(
      String operation, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.operation = operation;
  }

  /** The method that was given the function, such as {@code map}. */
  public String operation() {
    return operation;
  }
}
