package io.millrace;

/**
 * A value has to outlive the program, in a checkpoint or a sink's staged rows, and Millrace has no
 * encoding for its class. The message names the class, the way to it from the value that was to be
 * written, and what to add to the program.
 */
public final class NotEncodableException extends MillraceException {
  private static final long serialVersionUID = 1L;

  private final String typeName;
  private final String path;

  /**
   * @param typeName the class that has no encoding
   * @param path the way to it, such as {@code Tuple2._2 -> List[3] -> com.acme.Foo}
   */
  public NotEncodableException(String typeName, String path, String message) {
    super(message);
    this.typeName = typeName;
    this.path = path;
  }

  /** The name of the class that has no encoding. */
  public String typeName() {
    return typeName;
  }

  /** The way to the value from the one that was to be written; its class if it is that one. */
  public String path() {
    return path;
  }
}
