package io.millrace.spi.checkpoint;

import io.millrace.spi.ServiceLookup;
import io.millrace.spi.ShownLocation;
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
 */
public record StorageAddress(String location) implements Serializable {

  private static final Map<String, CheckpointStorage> OPENED = new ConcurrentHashMap<>();

  /**
   * The storage, shared by all of this process that ask for it. Not to be closed.
   *
   * @throws IOException if it can't be opened, or if no module on the class path serves it
   */
  public CheckpointStorage storage() throws IOException {
    CheckpointStorage known = OPENED.get(location);
    if (known == null) {
      synchronized (OPENED) {
        known = OPENED.get(location);
        if (known == null) {
          known =
              provider(location)
                  .orElseThrow(
                      () ->
                          new IOException(
                              ShownLocation.of(location)
                                  + " is of a kind that no module on the class path of this"
                                  + " process serves"))
                  .open(location);
          OPENED.put(location, known);
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
