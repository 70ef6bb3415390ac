package io.millrace.hadoop;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import io.millrace.testkit.StorageContract;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;

/** The contract on HDFS, opened as a program does. */
class HdfsStorageTest implements StorageContract {

  private final String location = Cluster.newPlace();

  @Override
  public CheckpointStorage open() throws IOException {
    List<CheckpointStorageProvider> providers =
        ServiceLoader.load(CheckpointStorageProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.accepts(location))
            .toList();
    return providers.get(0).open(location);
  }
}
