package io.millrace.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Temporary files of one engine, for records that memory has no room for. They need not survive the
 * process, and nobody else may read them. Safe for concurrent use; one file is written by one
 * thread, and read only once it is closed.
 */
public interface SpillFiles extends AutoCloseable {

  /** Where the files are, or would be, for messages. */
  String location();

  /**
   * Creates a file.
   *
   * @param name a plain name that was not used before
   */
  OutputStream create(String name) throws IOException;

  /**
   * Opens the {@code length} bytes from {@code offset} on. An interrupt of the reading thread does
   * not end reading.
   */
  InputStream open(String name, long offset, long length) throws IOException;

  /** Deletes a file; nothing happens if it does not exist. */
  void delete(String name) throws IOException;

  /** Deletes all files. Idempotent; nothing can be created afterwards. */
  @Override
  void close() throws IOException;
}
