package io.millrace.spi.checkpoint;

import java.io.IOException;

/**
 * Opens stores of write-once objects by their location. Found by {@link java.util.ServiceLoader}.
 */
public interface CheckpointStorageProvider {

  /** Whether this provider serves {@code location}; one without a scheme is a local directory. */
  boolean accepts(String location);

  /**
   * Opens a store; creates the place if it does not exist.
   *
   * @throws IOException if the place can't be reached or written, or can't do put-if-absent; names
   *     the location and the remedy
   */
  CheckpointStorage open(String location) throws IOException;

  /**
   * Opens a store for reading alone. Nothing is created or changed, so it may be a copy on a medium
   * that can't be written, and a program may be at work there.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such place
   */
  CheckpointStorage openForReading(String location) throws IOException;
}
