package io.millrace;

import org.jspecify.annotations.Nullable;

/**
 * Records that memory has no room for could not be written to the local disk, or not be read back.
 * The message names the directory and the setting that would help: {@code millrace.local.dir} or
 * {@code millrace.local.maxBytes}.
 */
public final class LocalStorageException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public LocalStorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
