package io.millrace.spi.checkpoint;

import io.millrace.spi.ServiceLookup;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a storage is, as it travels to other processes, which open it for themselves: once each,
 * and for good.
 *
 * @param location as {@link CheckpointStorage#location()} gives it
 * @param isForOthers whether it holds what others than the owner of the process may read
 */
public record StorageAddress(String location, boolean isForOthers) implements Serializable {

  private static final Map<StorageAddress, CheckpointStorage> OPENED = new ConcurrentHashMap<>();

  /** Where the owner of the process alone reads. */
  public StorageAddress(String location) {
    this(location, false);
  }

  /**
   * Opens the storage, for this caller alone, who closes it.
   *
   * @param provider serves the location
   */
  public CheckpointStorage open(CheckpointStorageProvider provider) throws IOException {
    return isForOthers ? provider.openForOthers(location) : provider.open(location);
  }

  /**
   * The storage, shared by all of this process that ask for it. Not to be closed.
   *
   * @throws IOException if it can't be opened, or if no module on the class path serves it
   */
  public CheckpointStorage storage() throws IOException {
    CheckpointStorage known = OPENED.get(this);
    if (known == null) {
      synchronized (OPENED) {
        known = OPENED.get(this);
        if (known == null) {
          known =
              open(
                  provider(location)
                      .orElseThrow(
                          () ->
                              new IOException(
                                  location
                                      + " is of a kind that no module on the class path of this"
                                      + " process serves")));
          OPENED.put(this, known);
        }
      }
    }
    return known;
  }

  @Override
  public String toString() {
    return ShownLocation.of(location);
  }

  /** Whoever serves a location: from beside the SPI, or with the application's class loader. */
  public static Optional<CheckpointStorageProvider> provider(String location) {
    return ServiceLookup.find(
        CheckpointStorageProvider.class, provider -> provider.accepts(location));
  }
}
