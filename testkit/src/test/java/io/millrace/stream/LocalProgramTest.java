package io.millrace.stream;

import io.millrace.testkit.CheckpointLocationContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalProgramTest implements CheckpointLocationContract {

  @TempDir private Path checkpoint;

  @Override
  public String location() {
    return checkpoint.toString();
  }
}
