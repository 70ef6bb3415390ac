package io.millrace.rdd;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;

/**
 * The bytes of a file, which are read when somebody asks for them; see {@link
 * RDDContext#binaryFiles}. Travels as its path, so whoever reads must reach the file.
 */
public final class PortableDataStream implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String path;
  private final long length;

  PortableDataStream(String path, long length) {
    this.path = path;
    this.length = length;
  }

  /** The file's path, as {@link RDDContext#textFile} takes it. */
  public String getPath() {
    return path;
  }

  /** How many bytes the file had when the files were listed. */
  public long length() {
    return length;
  }

  /** The bytes from the beginning; the caller closes the stream. */
  public DataInputStream open() throws IOException {
    return new DataInputStream(new BufferedInputStream(DataFilesLookup.of(path).open(path, 0)));
  }

  /**
   * All bytes, in an array of the caller's own.
   *
   * @throws OutOfMemoryError if the file does not fit into an array
   */
  public byte[] toArray() throws IOException {
    try (DataInputStream in = open()) {
      return in.readAllBytes();
    }
  }

  @Override
  public String toString() {
    return path + " (" + length + " bytes)";
  }
}
