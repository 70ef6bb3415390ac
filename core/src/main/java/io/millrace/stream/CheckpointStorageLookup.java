package io.millrace.stream;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.ShownLocation;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Finds the store of a checkpoint by its location. */
final class CheckpointStorageLookup {

  private CheckpointStorageLookup() {}

  /** Opens a store in one way or another. */
  @FunctionalInterface
  private interface Opening<S> {
    S open(CheckpointStorageProvider provider) throws IOException;
  }

  /**
   * Opens a store.
   *
   * @throws CheckpointException if no module serves the location, or the place can't be used
   */
  static CheckpointStorage open(String location) {
    return open(location, provider -> provider.open(location));
  }

  /**
   * Opens a store for reading alone.
   *
   * @return empty if there is no such place
   * @throws CheckpointException as {@link #open}
   */
  static Optional<CheckpointStorage> openForReading(String location) {
    return open(
        location,
        provider -> {
          try {
            return Optional.of(provider.openForReading(location));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  private static <S> S open(String location, Opening<S> opening) {
    CheckpointStorageProvider provider =
        StorageAddress.provider(location)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "the checkpoint "
                            + ShownLocation.of(location)
                            + " is of a kind that no module on the class path serves; give a"
                            + " directory"));
    try {
      return opening.open(provider);
    } catch (IOException e) {
      throw new CheckpointException(
          "the checkpoint " + ShownLocation.of(location) + " can't be opened: " + e.getMessage(),
          e);
    }
  }
}
