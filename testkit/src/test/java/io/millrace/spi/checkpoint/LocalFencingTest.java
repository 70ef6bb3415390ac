package io.millrace.spi.checkpoint;

import io.millrace.internal.system.LocalCheckpointStorageProvider;
import io.millrace.testkit.FencingContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFencingTest implements FencingContract {

  @TempDir private Path directory;

  @Override
  public CheckpointStorage open() throws IOException {
    return new LocalCheckpointStorageProvider().open(directory.toString());
  }
}
