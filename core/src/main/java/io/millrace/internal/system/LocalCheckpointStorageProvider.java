package io.millrace.internal.system;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.spi.checkpoint.FileCheckpointStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/** Write-once objects in a local directory, by a plain path or a {@code file:} URI. */
public final class LocalCheckpointStorageProvider implements CheckpointStorageProvider {

  private final LocalDataFiles paths = new LocalDataFiles();

  @Override
  public boolean accepts(String location) {
    return paths.accepts(location);
  }

  @Override
  public CheckpointStorage open(String location) throws IOException {
    return open(LocalDurableFiles.ofOwner(LocalDataFiles.local(location)));
  }

  @Override
  public CheckpointStorage openForOthers(String location) throws IOException {
    return open(new LocalDurableFiles(LocalDataFiles.local(location)));
  }

  private static CheckpointStorage open(LocalDurableFiles files) throws IOException {
    return FileCheckpointStorage.open(files, () -> UUID.randomUUID().toString());
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    Path directory = LocalDataFiles.local(location);
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString(), null, "no such directory");
    }
    return FileCheckpointStorage.readOnly(new LocalDurableFiles(directory));
  }
}
