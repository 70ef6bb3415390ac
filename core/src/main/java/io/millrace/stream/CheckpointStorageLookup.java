package io.millrace.stream;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import java.io.IOException;
import java.util.ServiceLoader;

/** Finds the store of a checkpoint by its location. */
final class CheckpointStorageLookup {

  private CheckpointStorageLookup() {}

  /**
   * Opens a store.
   *
   * @throws CheckpointException if no module serves the location, or the place can't be used
   */
  static CheckpointStorage open(String location) {
    for (CheckpointStorageProvider provider :
        ServiceLoader.load(
            CheckpointStorageProvider.class, CheckpointStorageProvider.class.getClassLoader())) {
      if (provider.accepts(location)) {
        try {
          return provider.open(location);
        } catch (IOException e) {
          throw new CheckpointException(
              "the checkpoint " + location + " can't be opened: " + e.getMessage(), e);
        }
      }
    }
    throw new CheckpointException(
        "the checkpoint "
            + location
            + " is of a kind that no module on the class path serves; give a directory");
  }
}
