package io.millrace.hadoop;

import io.millrace.spi.checkpoint.CheckpointStorage;
import io.millrace.spi.checkpoint.CheckpointStorageProvider;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;

/**
 * Write-once objects on HDFS, by {@code hdfs://host:port/path}, {@code hdfs://nameservice/path} or
 * a {@code viewfs:} location that leads to one.
 *
 * <p>Accepts the locations of other Hadoop file systems too, but for local ones and {@code s3:},
 * and refuses them with the reason.
 */
public final class HadoopCheckpointStorageProvider implements CheckpointStorageProvider {

  @Override
  public boolean accepts(String location) {
    int colon = location.indexOf(":/");
    String scheme = colon < 0 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
    return scheme.equals("hdfs")
        || scheme.equals("viewfs")
        || (UnsuitableFileSystems.names(scheme) && !scheme.equals("file"));
  }

  @Override
  public CheckpointStorage open(String location) throws IOException {
    return open(location, HdfsPlace.Use.WRITE);
  }

  @Override
  public CheckpointStorage openForReading(String location) throws IOException {
    return open(location, HdfsPlace.Use.READ);
  }

  private static CheckpointStorage open(String location, HdfsPlace.Use use) throws IOException {
    IoThreads threads = new IoThreads("millrace-hdfs");
    try {
      HdfsPlace place = HdfsPlace.open(location, use, threads);
      return new HdfsCheckpointStorage(place, use, threads, () -> UUID.randomUUID().toString());
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }
}
