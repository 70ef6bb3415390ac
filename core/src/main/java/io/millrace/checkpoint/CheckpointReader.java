package io.millrace.checkpoint;

import io.millrace.spi.ServiceLookup;
import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.ShownLocation;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.util.List;

/**
 * Reads a checkpoint without the program that it belongs to. Claims nothing and writes nothing, so
 * it may be a copy on a medium that can't be written, and the program may run: what is read is then
 * its checkpoint of a moment ago. Safe for concurrent use.
 */
public final class CheckpointReader implements AutoCloseable {

  private final CheckpointStorage storage;
  private final CheckpointFormat format;

  private CheckpointReader(CheckpointStorage storage, CheckpointFormat format) {
    this.storage = storage;
    this.format = format;
  }

  /**
   * Opens a place; what is in it is read later.
   *
   * @param location a directory, or what a storage module on the class path serves
   * @throws java.nio.file.NoSuchFileException if there is no such place
   * @throws IllegalArgumentException if nothing on the class path serves the location
   */
  public static CheckpointReader open(String location) throws IOException {
    return new CheckpointReader(openForReading(location), format());
  }

  static CheckpointStorage openForReading(String location) throws IOException {
    return provider(location).openForReading(location);
  }

  static CheckpointStorageProvider provider(String location) {
    return StorageAddress.provider(location)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing on the class path stores checkpoints at "
                        + ShownLocation.of(location)
                        + ": add the module that serves this scheme, or name a local"
                        + " directory"));
  }

  static CheckpointFormat format() {
    return ServiceLookup.require(CheckpointFormat.class);
  }

  /**
   * What is in the checkpoint. Reads the log, and of data files their names and sizes alone.
   *
   * @throws io.millrace.CorruptionException if there is no checkpoint, or the log is damaged
   * @throws io.millrace.FormatVersionException if the log is of a release that this one does not
   *     read
   */
  public CheckpointContents contents() throws IOException {
    return format.contents(storage);
  }

  /**
   * Everything that is wrong: reads all of the checkpoint, and compares every checksum.
   *
   * @return in order of the log, then of data files; empty if the checkpoint is whole
   * @throws IOException if the place can't be read
   */
  public List<CheckpointProblem> verify() throws IOException {
    return format.verify(storage);
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }
}
