package io.millrace.sink;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.StorageAddress;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The store that a sink's directory is in. Tasks and session of one process share it, since to open
 * a store may take some writes; it is open from its first use until the session closes, or as long
 * as the process that runs tasks alone. Safe for concurrent use.
 */
final class SinkStore implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String location;
  private final boolean isShared;
  private transient @Nullable CheckpointStorage storage;

  SinkStore(String location) {
    this(location, false);
  }

  private SinkStore(String location, boolean isShared) {
    this.location = location;
    this.isShared = isShared;
  }

  String location() {
    return location;
  }

  synchronized CheckpointStorage storage() throws IOException {
    CheckpointStorage open = storage;
    if (open == null) {
      StorageAddress address = new StorageAddress(location, true);
      open = isShared ? address.storage() : address.open(provider(location));
      storage = open;
    }
    return open;
  }

  synchronized void close() throws IOException {
    CheckpointStorage open = storage;
    storage = null;
    if (open != null && !isShared) {
      open.close();
    }
  }

  static CheckpointStorageProvider provider(String location) {
    return StorageAddress.provider(location)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing on the class path stores files at "
                        + location
                        + ": add the module that serves this scheme, or name a local directory"));
  }

  /** Where tasks run alone, all of them share one store. */
  private Object readResolve() {
    return new SinkStore(location, true);
  }
}
