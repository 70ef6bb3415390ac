package io.millrace.source;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A recorded input can't be read: damaged, gone, changed, or of a format that is not supported.
 * What is needed to read it again may never come, so a program may choose to go on without it
 * ({@code millrace.streaming.onUnreadableInput}), and an operator to give it up.
 */
public final class UnreadableInputException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String input;

  /**
   * @param input names the whole input as the source does, such as a file by its path
   * @param reason what is wrong, to follow the name of the input, and the remedy
   */
  public UnreadableInputException(String input, String reason, @Nullable Throwable cause) {
    super(input + " " + reason, cause);
    this.input = input;
  }

  /** The name of the input. */
  public String input() {
    return input;
  }
}
