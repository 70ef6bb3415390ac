package io.millrace.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stored values do not fit the types of this program: a type is not registered, a record has gained
 * a component without a default, a component or an enum has changed in a way that can't be
 * followed. The bytes are whole; the message names the type and what to declare so that they can be
 * read.
 */
public final class SchemaException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String typeName;

  /**
   * @param typeName the type as it is named in what is stored
   */
  SchemaException(String typeName, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.typeName = typeName;
  }

  /** The type as it is named in what is stored: a class by its binary name, or a codec. */
  public String typeName() {
    return typeName;
  }
}
