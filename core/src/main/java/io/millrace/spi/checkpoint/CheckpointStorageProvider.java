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
   * As {@link #open}, of a place whose objects others may read, as far as the system's defaults let
   * them: published files, for instance. What {@link #open} stores is for the owner of the process
   * alone, where the place knows owners.
   */
  default CheckpointStorage openForOthers(String location) throws IOException {
    return open(location);
  }

  /**
   * Opens a store for reading alone. Nothing is created or changed, so it may be a copy on a medium
   * that can't be written, and a program may be at work there. What would change something is an
   * {@link UnsupportedOperationException}.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such place
   */
  CheckpointStorage openForReading(String location) throws IOException;
}
