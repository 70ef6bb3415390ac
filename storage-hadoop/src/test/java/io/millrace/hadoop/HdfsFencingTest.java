package io.millrace.hadoop;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.testkit.FencingContract;
import java.io.IOException;

class HdfsFencingTest implements FencingContract {

  private final String location = Cluster.newPlace();

  @Override
  public CheckpointStorage open() throws IOException {
    return new HadoopCheckpointStorageProvider().open(location);
  }
}
