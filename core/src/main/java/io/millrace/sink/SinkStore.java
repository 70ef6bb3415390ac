package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The store that a sink's directory is in. Tasks and session of one process share it, since to open
 * a store may take some writes; it is open from its first use until the session closes, or as long
 * as the process that runs tasks alone. Safe for concurrent use.
 */
final class SinkStore implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String location;
  private transient @Nullable CheckpointStorage storage;

  SinkStore(String location) {
    this.location = location;
  }

  String location() {
    return location;
  }

  synchronized CheckpointStorage storage() throws IOException {
    if (storage == null) {
      storage = provider(location).open(location);
    }
    return storage;
  }

  synchronized void close() throws IOException {
    CheckpointStorage open = storage;
    storage = null;
    if (open != null) {
      open.close();
    }
  }

  /** Whoever serves a location: from beside the SPI, or with the application's class loader. */
  static CheckpointStorageProvider provider(String location) {
    return accepting(location, CheckpointStorageProvider.class.getClassLoader())
        .or(() -> accepting(location, Thread.currentThread().getContextClassLoader()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing on the class path stores files at "
                        + location
                        + ": add the module that serves this scheme, or name a local directory"));
  }

  private static Optional<CheckpointStorageProvider> accepting(
      String location, ClassLoader loader) {
    return ServiceLoader.load(CheckpointStorageProvider.class, loader).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.accepts(location))
        .findFirst();
  }
}
