package io.millrace.rdd;

import io.millrace.Conf;
import io.millrace.Settings;
import java.io.Serializable;

/**
 * The longest line of text that is read, and what becomes of a longer one; for extensions.
 *
 * @param maxBytes without the end of the line
 * @param skips whether longer lines are left out, with a warning in the log; else they are errors
 */
public record LineLimit(long maxBytes, boolean skips) implements Serializable {

  /** Of files, as configured. */
  public static LineLimit ofFiles(Conf conf) {
    return new LineLimit(
        conf.get(Settings.TEXT_MAX_LINE_BYTES), conf.get(Settings.TEXT_SKIP_LONG_LINES));
  }

  /** Of sockets, as configured. */
  public static LineLimit ofSockets(Conf conf) {
    return new LineLimit(
        conf.get(Settings.SOCKET_MAX_LINE_BYTES), conf.get(Settings.TEXT_SKIP_LONG_LINES));
  }
}
