package io.millrace.stream;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;

/** Finds the store of a checkpoint by its location. */
final class CheckpointStorageLookup {

  private CheckpointStorageLookup() {}

  /**
   * Opens a store.
   *
   * @throws CheckpointException if no module serves the location, or the place can't be used
   */
  static CheckpointStorage open(String location) {
    try {
      return StorageAddress.open(location)
          .orElseThrow(
              () ->
                  new CheckpointException(
                      "the checkpoint "
                          + location
                          + " is of a kind that no module on the class path serves; give a"
                          + " directory"));
    } catch (IOException e) {
      throw new CheckpointException(
          "the checkpoint " + location + " can't be opened: " + e.getMessage(), e);
    }
  }
}
