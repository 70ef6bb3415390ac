package io.millrace.spi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stream of records can't be read; says which of several very different things is wrong. */
public final class RecordFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Reason {
    /** It does not begin as a stream of records does. */
    FOREIGN,
    /** A later release wrote it. */
    TOO_NEW,
    /** It ends before its end mark: writing it was interrupted, or a part was lost. */
    CUT_SHORT,
    /** A checksum does not match, or lengths contradict each other. */
    CORRUPT,
    /** The bytes are whole, but this program can't make the objects: a class is missing, say. */
    UNREADABLE
  }

  private final Reason reason;

  public RecordFormatException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public RecordFormatException(Reason reason, String message) {
    this(reason, message, null);
  }

  public Reason reason() {
    return reason;
  }
}
