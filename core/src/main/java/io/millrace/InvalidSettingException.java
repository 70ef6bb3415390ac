package io.millrace;

import org.jspecify.annotations.Nullable;

/**
 * A setting that Millrace does not know, no longer has, does not have yet, or whose value it cannot
 * read. The message names the key, where it was set, and what to write instead.
 */
public final class InvalidSettingException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /** For engines and contexts, which find out more about a value than its form. */
  public InvalidSettingException(String key, String message) {
    this(key, message, null);
  }

  /**
   * @param key the key as it was written
   */
  public InvalidSettingException(String key, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.key = key;
  }

  /** The key as it was written, which for an environment variable is the variable's name. */
  public String key() {
    return key;
  }
}
