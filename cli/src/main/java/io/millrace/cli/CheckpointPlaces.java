package io.millrace.cli;

import io.millrace.checkpoint.CheckpointReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Opens what was named on the command line. */
final class CheckpointPlaces {

  private CheckpointPlaces() {}

  /**
   * @throws UsageException if there is no such place
   */
  static CheckpointReader open(String location) throws IOException {
    try {
      return CheckpointReader.open(location);
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no directory " + location, e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e);
    }
  }
}
