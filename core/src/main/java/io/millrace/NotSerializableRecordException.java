package io.millrace;

import org.jspecify.annotations.Nullable;

/**
 * A record, or a value that tasks work on a copy of, is of a type that Millrace cannot write: it is
 * neither one of the types with a built-in encoding nor {@link java.io.Serializable} throughout.
 * The message names where it was met and the way from it to the object that is in the way.
 */
public final class NotSerializableRecordException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String typeName;

  /**
   * @param typeName the class of the record or value
   */
  public NotSerializableRecordException(
      String typeName, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.typeName = typeName;
  }

  /** The name of the class of the record or value. */
  public String typeName() {
    return typeName;
  }
}
