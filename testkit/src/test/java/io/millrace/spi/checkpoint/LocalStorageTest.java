package io.millrace.spi.checkpoint;

import io.millrace.testkit.StorageContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files, opened as a program does. */
class LocalStorageTest implements StorageContract {

  @TempDir private Path directory;

  @Override
  public CheckpointStorage open() throws IOException {
    String location = directory.resolve("checkpoint").toString();
    List<CheckpointStorageProvider> providers =
        ServiceLoader.load(CheckpointStorageProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.accepts(location))
            .toList();
    return providers.get(0).open(location);
  }
}
